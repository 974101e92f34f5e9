from django.db import migrations, models

from panjereh.storage.append_only import guard


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_disclosed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contradiction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('origin', models.CharField(max_length=250)),
                ('kept', models.TextField(blank=True)),
                ('sent', models.TextField()),
                ('told_by', models.CharField(blank=True, max_length=250)),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WitnessedLog',
            fields=[
                ('origin', models.CharField(max_length=250, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField()),
                ('root', models.CharField(max_length=64)),
                ('note', models.TextField(help_text="with the log's signature and ours")),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        guard("audit_contradiction"),
    ]
