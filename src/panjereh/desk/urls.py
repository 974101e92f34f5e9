"""Addresses of the desk."""

from django.urls import path

<<<<<<< HEAD
from panjereh.desk.views import books, case, finding, letters, offices, officials, oversight, queue, registers, visitors
=======
from panjereh.desk.views import books, case, finding, letters, offices, officials, queue, registers, seals, visitors
>>>>>>> 928eb7e (desk: Operators see the seals of their agency, what must be seen to, and what was done.)

app_name = "desk"
urlpatterns = [
    path("", queue.home, name="home"),
    path("next/", queue.take_next, name="next"),
    path("task/<uuid:task_id>/take/", queue.take, name="take"),
    path("case/<slug:number>/", case.case, name="case"),
    path("case/<slug:number>/do/<slug:name>/", case.act, name="act"),
    path("case/<slug:number>/file/<uuid:upload_id>/", case.file, name="file"),
    path("case/<slug:number>/document/<slug:code>/", case.document, name="document"),
    path("case/<slug:number>/print/", case.print_file, name="print"),
    path("search/", finding.search, name="search"),
    path("figures/", finding.figures, name="figures"),
    path("visitors/", visitors.find, name="visitors"),
    path("visitors/new/", visitors.enter, name="visitor_new"),
    path("visitors/<uuid:party_id>/", visitors.visitor, name="visitor"),
    path("visitors/<uuid:party_id>/seen/", visitors.seen, name="visitor_seen"),
    path("visitors/<uuid:party_id>/data/", visitors.data, name="visitor_data"),
    path("visitors/<uuid:party_id>/begin/", visitors.begin, name="begin"),
    path("visitors/case/<slug:number>/withdraw/", visitors.withdraw, name="visitor_withdraw"),
    path("visitors/case/<slug:number>/appeal/", visitors.appeal, name="visitor_appeal"),
    path("registers/", registers.registers, name="registers"),
    path("registers/changes/", registers.changes, name="changes"),
    path("registers/<slug:name>/", registers.register, name="register"),
    path("registers/<slug:name>/entry/<uuid:entity>/", registers.entry, name="entry"),
    path("registers/<slug:name>/entry/<uuid:entity>/correct/", registers.correct, name="entry_correct"),
    path("registers/<slug:name>/entry/<uuid:entity>/annul/", registers.annul, name="entry_annul"),
    path("registers/<slug:name>/change/<uuid:proposal_id>/", registers.change, name="change"),
    path("reports/", oversight.reports, name="reports"),
    path("reports/<uuid:report_id>/", oversight.report, name="report"),
    path("reports/<uuid:report_id>.csv", oversight.table, name="report_table"),
    path("letters/", letters.to_post, name="letters"),
    path("letters/<uuid:message_id>.pdf", letters.pdf, name="letter"),
    path("books/", books.books, name="books"),
    path("books/table/", books.table, name="books_table"),
    path("books/<int:number>/", books.reverse, name="posting"),
    path("officials/", officials.officials, name="officials"),
    path("officials/new/", officials.appoint, name="official_new"),
    path("officials/offices/", offices.offices, name="offices"),
    path("officials/offices/<slug:agency>/<slug:office>/", offices.office, name="office"),
    path("officials/seals/", seals.seals, name="seals"),
    path("officials/permissions/", officials.permissions, name="permissions"),
    path("officials/<uuid:official_id>/", officials.official, name="official"),
    path("officials/<uuid:official_id>/roles/", officials.change_roles, name="official_roles"),
    path("officials/<uuid:official_id>/move/", officials.move, name="official_move"),
    path("officials/<uuid:official_id>/end/", officials.end, name="official_end"),
    path("me/", officials.me, name="me"),
]
