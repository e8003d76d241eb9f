"""URLs of the whole site."""

from django.urls import include, path

handler400 = "annotations.views.errors.bad_request"
handler500 = "annotations.views.errors.server_error"

urlpatterns = [
    path("accounts/", include("annotations.account_urls")),
    path("", include("annotations.urls")),
]
