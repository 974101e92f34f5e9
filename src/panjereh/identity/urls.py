"""The addresses of signing in and out. The views are django-allauth's; the pages are the portal's."""

from allauth.account import views
from django.urls import path

from panjereh.identity.adapters.allauth import RequestCodeView

ask_for_code = RequestCodeView.as_view()

urlpatterns = [
    path("signin/", ask_for_code, name="account_login"),
    path("signin/", ask_for_code, name="account_signup"),  # there is no difference
    path("signin/", ask_for_code, name="account_request_login_code"),
    path("signin/code/", views.confirm_login_code, name="account_confirm_login_code"),
    path("signin/closed/", views.account_inactive, name="account_inactive"),
    path("signout/", views.logout, name="account_logout"),
]
