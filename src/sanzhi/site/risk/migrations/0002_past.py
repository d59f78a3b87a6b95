import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clearance", "0001_initial"),
        ("risk", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reckoned",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=10)),
                ("day", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("what", "day"), name="reckoned_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("key", models.TextField()),
                ("median", models.FloatField()),
                ("spread", models.FloatField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("month", "key"), name="reference_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PastGoods",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField()),
                ("importer", models.TextField()),
                ("declarant", models.TextField()),
                ("seller", models.TextField()),
                ("importer_address", models.TextField()),
                ("code", models.TextField()),
                ("origin", models.TextField()),
                ("departure", models.TextField()),
                ("found", models.DateField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clearance.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case"], name="past_case"),
                    models.Index(
                        fields=["importer", "date", "seller", "case"], name="past_importer"
                    ),
                    models.Index(
                        fields=["importer", "seller", "date"], name="past_importer_seller"
                    ),
                    models.Index(fields=["importer", "code", "date"], name="past_importer_code"),
                    models.Index(
                        fields=["importer", "departure", "origin", "date"],
                        name="past_importer_route",
                    ),
                    models.Index(fields=["seller", "date", "importer"], name="past_seller"),
                    models.Index(
                        fields=["importer_address", "date", "importer"], name="past_address"
                    ),
                    models.Index(
                        condition=models.Q(("found__isnull", False)),
                        fields=["importer", "found"],
                        name="past_found_importer",
                    ),
                    models.Index(
                        condition=models.Q(("found__isnull", False)),
                        fields=["declarant", "found"],
                        name="past_found_declarant",
                    ),
                    models.Index(
                        condition=models.Q(("found__isnull", False)),
                        fields=["seller", "found"],
                        name="past_found_seller",
                    ),
                    models.Index(
                        condition=models.Q(("found__isnull", False)),
                        fields=["importer_address", "found"],
                        name="past_found_importer_address",
                    ),
                    models.Index(
                        condition=models.Q(("found__isnull", False)),
                        fields=["code", "origin", "found"],
                        name="past_found_code",
                    ),
                ],
            },
        ),
    ]
