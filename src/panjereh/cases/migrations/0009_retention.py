import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import panjereh.kernel.clock


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_agent")]

    operations = [
        migrations.AddField(
            "case",
            "erase_on",
            models.DateField(blank=True, help_text="the last day on which it is kept", null=True),
        ),
        migrations.AddField("case", "erased_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "case", models.Index(condition=Q(erased_at=None), fields=["erase_on"], name="case_to_erase")
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500)),
                ("law", models.CharField(max_length=120)),
                ("by", models.CharField(help_text="the operator\'s name on the machine", max_length=80)),
                ("since", models.DateTimeField(default=panjereh.kernel.clock.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(condition=Q(ended_at=None), fields=["case"], name="hold_of_case")],
            },
        ),
    ]
