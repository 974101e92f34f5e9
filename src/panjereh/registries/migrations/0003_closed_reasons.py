"""Reasons are closed, and so have no longest length in the database any more."""

from django.db import migrations, models

from panjereh.storage.append_only import guard, unguard


class Migration(migrations.Migration):
    dependencies = [("registries", "0002_proposals"), ("vault", "0001_initial")]

    operations = [
        unguard("registries_act"),
        migrations.AlterField("act", "reason", models.TextField(blank=True)),
        guard("registries_act"),
        migrations.AlterField("proposal", "answer", models.TextField(blank=True)),
        migrations.AlterField("proposal", "reason", models.TextField()),
    ]
