"""What the queue is searched by, and the role that a case was escalated to."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='escalated',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('holder', None), ('status__in', ('submitted', 'working'))), fields=['city', 'due_at', 'id'], name='cases_case_free'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ('submitted', 'working', 'returned', 'paused'))), fields=['city', 'status', 'due_at', 'id'], name='cases_case_state'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ('submitted', 'working', 'returned', 'paused'))), fields=['city', 'service_code', 'step', 'due_at', 'id'], name='cases_case_steps'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ('submitted', 'working', 'returned', 'paused'))), fields=['region_code'], name='cases_case_office'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ('submitted', 'working', 'returned', 'paused'))), fields=['home_region'], name='cases_case_home'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('city'), models.OrderBy(models.F('closed_at'), descending=True, nulls_last=True), models.F('id'), condition=models.Q(('status__in', ('approved', 'refused', 'withdrawn'))), name='cases_case_ended'),
        ),
    ]
