"""Addresses of the question screens. `face` says who answers: a person, or an official for a visitor."""

from django.urls import path

from panjereh.intake import together, views

app_name = "intake"
urlpatterns = [
    path("draft/<uuid:draft_id>/q/<str:path>/", views.question, name="question"),  # first: half of all requests
    path("<slug:service>/start/", views.start, name="start"),
    path("draft/<uuid:draft_id>/", views.resume, name="draft"),
    path("draft/<uuid:draft_id>/check/", views.check, name="check"),
    path("draft/<uuid:draft_id>/sign/", views.to_sign, name="to_sign"),
    path("draft/<uuid:draft_id>/signatures/", together.going_round, name="going_round"),
    path("draft/<uuid:draft_id>/send/", views.send, name="send"),
    path("draft/<uuid:draft_id>/discard/", views.discard, name="discard"),
    path("draft/<uuid:draft_id>/remove/", views.remove, name="remove"),
    path("document/<uuid:signatory_id>/", together.document, name="document"),
    path("document/<uuid:signatory_id>/ask/", together.document_to_sign, name="document_to_sign"),
    path("document/<uuid:signatory_id>/decline/", together.decline, name="decline"),
    path("document/<uuid:signatory_id>/signed/", together.signed, name="signed"),
    path("sent/<slug:number>/", views.sent, name="sent"),
    path("case/<slug:number>/correct/", views.correction, name="correction"),
    path("case/<slug:number>/correct/sign/", views.correction_to_sign, name="correction_to_sign"),
    path("case/<slug:number>/correct/send/", views.send_correction, name="send_correction"),
    path("case/<slug:number>/correct/q/<str:path>/", views.correct, name="correct"),
]
