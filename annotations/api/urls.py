"""Addresses of the API, version 1."""

from django.urls import path

from annotations.api.views import articles, assignments, claims, exports, guidelines, meta, projects, quotes, speakers

PROJECT = "projects/<slug:slug>"
ASSIGNMENT = f"{PROJECT}/assignments/<int:pk>"

urlpatterns = [
    path("", meta.index, name="api-index"),
    path("schema/", meta.schema, name="api-schema"),
    path("schemas/newsnotes-1.json", meta.dataset_schema, name="api-dataset-schema"),
    path("docs/", meta.docs, name="api-docs"),
    path("projects", projects.ProjectList.as_view(), name="api-projects"),
    path(PROJECT, projects.ProjectDetail.as_view(), name="api-project"),
    path(f"{PROJECT}/guidelines", guidelines.Guidelines.as_view(), name="api-guidelines"),
    path(f"{PROJECT}/articles", articles.ArticleList.as_view(), name="api-articles"),
    path(f"{PROJECT}/articles/<str:key>", articles.ArticleDetail.as_view(), name="api-article"),
    path(f"{PROJECT}/speakers", speakers.SpeakerList.as_view(), name="api-speakers"),
    path(f"{PROJECT}/speakers/<str:key>", speakers.SpeakerDetail.as_view(), name="api-speaker"),
    path(f"{PROJECT}/claims", claims.ClaimList.as_view(), name="api-claims"),
    path(f"{PROJECT}/claims/<str:key>", claims.ClaimDetail.as_view(), name="api-claim"),
    path(f"{PROJECT}/assignments", assignments.AssignmentList.as_view(), name="api-assignments"),
    path(ASSIGNMENT, assignments.AssignmentDetail.as_view(), name="api-assignment"),
    path(f"{ASSIGNMENT}/quotes", quotes.AssignmentQuotes.as_view(), name="api-assignment-quotes"),
    path(f"{ASSIGNMENT}/looked-at", assignments.LookedAt.as_view(), name="api-looked-at"),
    path(f"{ASSIGNMENT}/undo", assignments.Undo.as_view(), name="api-undo"),
    path(f"{ASSIGNMENT}/redo", assignments.Redo.as_view(), name="api-redo"),
    path(f"{ASSIGNMENT}/submit", assignments.Submit.as_view(), name="api-submit"),
    path(f"{ASSIGNMENT}/reopen", assignments.Reopen.as_view(), name="api-reopen"),
    path(f"{PROJECT}/quotes", quotes.QuoteList.as_view(), name="api-quotes"),
    path(f"{PROJECT}/quotes/<str:key>", quotes.QuoteDetail.as_view(), name="api-quote"),
    path(f"{PROJECT}/export", exports.Export.as_view(), name="api-export"),
    path(f"{PROJECT}/export/manifest", exports.ExportManifest.as_view(), name="api-export-manifest"),
    path("<path:rest>", meta.unknown, name="api-unknown"),
]
