from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("risk", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="riskmodel",
            name="source",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
    ]
