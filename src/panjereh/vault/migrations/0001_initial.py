from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q

import panjereh.kernel.clock


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("scope", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("wrapped", models.BinaryField(null=True)),
                ("master", models.CharField(max_length=32)),
                ("made_at", models.DateTimeField(default=panjereh.kernel.clock.now)),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(destroyed_at=None), fields=["master", "scope"], name="data_key_by_master")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(wrapped=None, destroyed_at__isnull=False)
                        | Q(wrapped__isnull=False, destroyed_at=None),
                        name="data_key_is_there_or_was_destroyed",
                    )
                ],
            },
        ),
    ]
