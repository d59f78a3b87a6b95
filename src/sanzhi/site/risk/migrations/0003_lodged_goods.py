from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clearance", "0001_initial"),
        ("risk", "0002_riskmodel_source"),
    ]

    operations = [
        migrations.CreateModel(
            name="LodgedGoods",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="clearance.case",
                    ),
                ),
                ("format", models.PositiveSmallIntegerField()),
                ("rows", models.TextField()),
            ],
        ),
    ]
