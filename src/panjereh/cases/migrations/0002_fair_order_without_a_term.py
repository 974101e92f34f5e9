from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0001_initial")]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name="task", name="task_open_in_fair_order"),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                "agency",
                "who",
                Coalesce("due_at", "opened_at"),
                "opened_at",
                name="task_open_by_due_or_opening",
                condition=Q(done_at=None),
            ),
        ),
    ]
