from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_closed_uploads")]

    operations = [
        migrations.AddField(
            "upload",
            "scan",
            models.CharField(
                blank=True,
                choices=[
                    ("", "no scanner was set"),
                    ("clean", "nothing was found"),
                    ("waiting", "waits for the scanner"),
                    ("infected", "held a virus and was deleted"),
                ],
                default="",
                max_length=8,
            ),
        )
    ]
