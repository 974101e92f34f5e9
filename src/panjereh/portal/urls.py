"""Addresses of the people's side."""

from django.urls import path

from panjereh.portal.views import about, case, certificates, home, my, service, signin, track, ways

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.search, name="search"),
    path("services/", home.services, name="services"),
    path("life/<slug:event>/", home.life_event, name="life_event"),
    path("for/<slug:audience>/", home.audience, name="audience"),
    path("agencies/", about.agencies, name="agencies"),
    path("agencies/<slug:agency>/", about.agency, name="agency"),
    path("offices/", about.offices, name="offices"),
    path("services/<slug:service_id>/", service.start, name="service"),
    path("services/<slug:service_id>/data/", service.privacy, name="privacy"),
    path("services/<slug:service_id>/form.pdf", service.paper_form, name="paper_form"),
    path("services/<slug:service_id>/about.jsonld", service.linked_data, name="linked_data"),
    path("services/<slug:service_id>/process.bpmn", service.drawn, name="drawn"),
    path("promises/", about.promises, name="promises"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("help/", about.help_page, name="help"),
    path("feedback/", about.feedback, name="feedback"),
    path("track/", track.track, name="track"),
    path("check/", certificates.check, name="check"),
    path("check/<slug:code>/", certificates.check_code, name="check_code"),
    path("signin/demonstration/", signin.demonstration, name="demonstration"),
    path("signin/passkey/", signin.by_passkey, name="passkey_signin"),
    path("signin/passkey/question.json", signin.passkey_to_sign_in, name="passkey_question"),
    path("my/", my.cases, name="my"),
    path("my/messages/", my.messages, name="messages"),
    path("my/messages/<uuid:message_id>/", my.message, name="message"),
    path("my/documents/", my.documents, name="documents"),
    path("my/documents/<slug:code>.pdf", my.document, name="document"),
    path("my/profile/", my.profile, name="profile"),
    path("my/signin/", ways.ways, name="ways"),
    path("my/signin/passkey/", ways.add_passkey, name="passkey_add"),
    path("my/signin/passkey/question.json", ways.passkey_to_make, name="passkey_to_make"),
    path("my/signin/passkey/<uuid:passkey_id>/", ways.passkey, name="passkey"),
    path("my/seen/", my.seen, name="seen"),
    path("my/cases/<slug:number>/", case.case, name="case"),
    path("my/cases/<slug:number>/receipt.pdf", case.receipt, name="receipt"),
    path("my/cases/<slug:number>/message/", case.write, name="write"),
    path("my/cases/<slug:number>/withdraw/", case.withdraw, name="withdraw"),
    path("my/cases/<slug:number>/appeal/", case.appeal, name="appeal"),
    path("my/cases/<slug:number>/rate/", case.rate, name="rate"),
]
