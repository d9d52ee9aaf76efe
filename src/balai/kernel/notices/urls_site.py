"""The service worker, at the root: a worker serves the addresses below its own."""

from django.urls import path

from balai.kernel.notices.views import preferences

urlpatterns = [path("push-worker.js", preferences.push_worker, name="push-worker")]
