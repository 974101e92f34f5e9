"""Messages know whose data key closes their text: of those that are there, their person's."""

from typing import Any

from django.db import migrations, models
from django.db.models import F

HELP = "whose data key closes the text: the case’s, else the person’s"


def fill(apps: Any, _schema_editor: Any) -> None:
    apps.get_model("correspondence", "Message").objects.update(scope=F("party_id"))


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0002_letters"), ("vault", "0001_initial")]

    operations = [
        migrations.AddField("message", "scope", models.UUIDField(null=True, help_text=HELP)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("message", "scope", models.UUIDField(help_text=HELP)),
    ]
