"""What the database holds. Re-exports only."""

from annotations.models.articles import Article, ArticleVersion
from annotations.models.assignments import Assignment
from annotations.models.changes import Change, Removal
from annotations.models.claims import Claim, Stance
from annotations.models.guidelines import GuidelinesExample, GuidelinesVersion
from annotations.models.imports import StagedFile, StagedImport
from annotations.models.invitations import Invitation, SignInLink
from annotations.models.projects import Annotator, Label, LabelSet, Membership, Project, Role
from annotations.models.queues import MOST_READERS, Queue
from annotations.models.quotes import ClaimLink, Quote, QuoteLabel, Span
from annotations.models.speakers import Speaker, fold, is_folded
from annotations.models.tokens import ApiToken
from annotations.models.users import User

__all__ = [
    "MOST_READERS",
    "Annotator",
    "ApiToken",
    "Article",
    "ArticleVersion",
    "Assignment",
    "Change",
    "Claim",
    "ClaimLink",
    "GuidelinesExample",
    "GuidelinesVersion",
    "Invitation",
    "Label",
    "LabelSet",
    "Membership",
    "Project",
    "Queue",
    "Quote",
    "QuoteLabel",
    "Removal",
    "Role",
    "SignInLink",
    "Span",
    "Speaker",
    "StagedFile",
    "StagedImport",
    "Stance",
    "User",
    "fold",
    "is_folded",
]
