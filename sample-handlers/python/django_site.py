"""A site with Django in one file, run as a worker (Debian: python3-django), by wsgi.py or by asgi.py:

    python3 sample-handlers/python/wsgi.py django_site:application --config config.sqlite --handler hello
    python3 sample-handlers/python/asgi.py django_site:asgi --config config.sqlite --handler hello
"""
import hashlib
import os

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ.get("SITE_KEY", "only for a sample"),
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()

from django.core.asgi import get_asgi_application  # noqa: E402  these need the settings
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

FORM = engines["django"].from_string(
    "<!doctype html><title>Django</title><h1>Hello, {{ name }}</h1>"
    "<form method=post>{% csrf_token %}<input name=name><button>That is me</button></form>"
)


def front(request):
    return HttpResponse(FORM.render({"name": request.POST.get("name", "you")}, request))


def user(request, number):
    return JsonResponse({"number": number, "query": request.GET.getlist("q"), "secure": request.is_secure()})


def digest(request):
    """Content of any size, as it comes: docs/uploads.md says how the broker hands it on."""
    found = hashlib.sha256()
    for block in iter(lambda: request.read(65536), b""):
        found.update(block)
    return HttpResponse(found.hexdigest())


digest.csrf_exempt = True
urlpatterns = [
    path("", front),
    path("users/<int:number>", user),
    path("digest", digest),
    path("numbers", lambda request: StreamingHttpResponse(f"{i}\n" for i in range(1000))),
    path("source", lambda request: FileResponse(open(__file__, "rb"))),
]
application = get_wsgi_application()
asgi = get_asgi_application()
