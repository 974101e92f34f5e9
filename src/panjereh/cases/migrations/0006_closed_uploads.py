"""Uploads know whose data key closes them; their names are closed, too, and so have no longest length any more."""

from typing import Any

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce


def fill(apps: Any, _schema_editor: Any) -> None:
    """What is there came with a draft; of a few the draft is gone."""
    apps.get_model("cases", "Upload").objects.update(scope=Coalesce(F("draft_id"), F("case_id"), F("id")))


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_correction_for_a_task"), ("vault", "0001_initial")]

    operations = [
        migrations.AddField("upload", "scope", models.UUIDField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("upload", "scope", models.UUIDField()),
        migrations.AlterField("upload", "name", models.TextField()),
    ]
