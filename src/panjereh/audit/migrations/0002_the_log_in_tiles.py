"""The log of decisions becomes the log of every row, in tiles. What it holds keeps its places and its root."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from panjereh.audit import merkle
from panjereh.storage.append_only import guard, unguard
from panjereh.audit.chain import new_salt

FIRST_KIND = "decision-of-before"
AT_ONCE, WIDTH = 1000, 256


def carry_over(apps: Any, _schema_editor: Any) -> None:
    places = apps.get_model("audit", "LogPlace").objects.order_by("index").values_list("entry_id", "entry__leaf")
    batch_model, tile_model = apps.get_model("audit", "LogBatch"), apps.get_model("audit", "LogTile")
    batch: list[tuple[int, str]] = []
    size, waiting = 0, [[], [], [], []]
    for place in places.iterator(chunk_size=AT_ONCE):
        batch.append(place)
        keep_tiles(tile_model, waiting, 0, size, bytes.fromhex(place[1]))
        size += 1
        if len(batch) == AT_ONCE:
            store(batch_model, size - len(batch), batch)
            batch = []
    if batch:
        store(batch_model, size - len(batch), batch)


def store(model: Any, first: int, places: list[tuple[int, str]]) -> None:
    model.objects.create(
        first=first,
        kind=FIRST_KIND,
        count=len(places),
        keys=[str(entry) for entry, _leaf in places],
        upto=f"{max(entry for entry, _leaf in places):020}",
        salt=new_salt(),
        commitments=b"".join(bytes.fromhex(leaf) for _entry, leaf in places),
    )


def keep_tiles(model: Any, waiting: list[list[bytes]], level: int, index: int, hash_: bytes) -> None:
    waiting[level].append(hash_)
    if len(waiting[level]) == WIDTH:
        root = merkle.root(waiting[level])
        number = index >> (8 * (level + 1))
        model.objects.create(level=level, number=number, hashes=b"".join(waiting[level]), root=root)
        waiting[level] = []
        keep_tiles(model, waiting, level + 1, index, root)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="LogBatch",
            fields=[
                ("first", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("count", models.PositiveIntegerField()),
                ("keys", models.JSONField()),
                ("upto", models.CharField(max_length=64)),
                ("salt", models.BinaryField(max_length=32)),
                ("commitments", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "first"], name="batch_of_kind"),
                    models.Index(fields=["kind", "upto"], name="batch_by_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LogTile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
                ("root", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("level", "number"), name="tile_has_its_place")],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=False),
        unguard("audit_logentry"),
        unguard("audit_checkpoint"),
        migrations.DeleteModel(name="LogPlace"),
        migrations.RemoveField(model_name="logentry", name="leaf"),
        migrations.RemoveField(model_name="checkpoint", name="peaks"),
        migrations.AlterField(
            model_name="checkpoint",
            name="signature",
            field=models.TextField(blank=True, help_text="the whole note"),
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("witness", models.CharField(max_length=200)),
                ("line", models.CharField(max_length=600)),
                ("at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="audit.checkpoint",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checkpoint", "witness"), name="witness_cosigns_a_checkpoint_once"
                    )
                ],
            },
        ),
        guard("audit_logentry"),
        guard("audit_logbatch"),
        guard("audit_logtile"),
        guard("audit_checkpoint"),
        guard("audit_cosignature"),
    ]
