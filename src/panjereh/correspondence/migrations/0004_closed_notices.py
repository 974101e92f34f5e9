from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0003_closed_texts")]

    operations = [
        migrations.AddField(
            "message",
            "is_closed",
            models.BooleanField(default=False, help_text="may tell something confidential: e-mails only announce it"),
        )
    ]
