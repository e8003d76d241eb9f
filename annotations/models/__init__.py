"""What the database holds. Re-exports only."""

from annotations.models.adjudications import Adjudication, AdjudicationSource, Decision
from annotations.models.articles import Article, ArticleVersion
from annotations.models.assignments import Assignment
from annotations.models.changes import Change, Removal
from annotations.models.claims import Claim, Stance
from annotations.models.comments import Comment, Notice
from annotations.models.deliveries import Delivery, published
from annotations.models.guidelines import GuidelinesExample, GuidelinesVersion
from annotations.models.imports import StagedFile, StagedImport
from annotations.models.invitations import Invitation, SignInLink
from annotations.models.projects import Annotator, Label, LabelSet, Membership, Project, Role
from annotations.models.queues import MOST_READERS, Queue
from annotations.models.quotes import ClaimLink, Quote, QuoteAncestor, QuoteLabel, Span
from annotations.models.releases import Release, ReleaseFile, ReleasePiece, ReleaseStory
from annotations.models.reviews import Review, Verdict
from annotations.models.speakers import Speaker, fold, is_folded
from annotations.models.tasks import Task, TaskEvent, TaskWorker
from annotations.models.tokens import ApiToken
from annotations.models.users import User

__all__ = [
    "MOST_READERS",
    "Adjudication",
    "AdjudicationSource",
    "Annotator",
    "ApiToken",
    "Article",
    "ArticleVersion",
    "Assignment",
    "Change",
    "Claim",
    "ClaimLink",
    "Comment",
    "Decision",
    "Delivery",
    "GuidelinesExample",
    "GuidelinesVersion",
    "Invitation",
    "Label",
    "LabelSet",
    "Membership",
    "Notice",
    "Project",
    "Queue",
    "Quote",
    "QuoteAncestor",
    "QuoteLabel",
    "Release",
    "ReleaseFile",
    "ReleasePiece",
    "ReleaseStory",
    "Removal",
    "Review",
    "Role",
    "SignInLink",
    "Span",
    "Speaker",
    "StagedFile",
    "StagedImport",
    "Stance",
    "Task",
    "TaskEvent",
    "TaskWorker",
    "User",
    "Verdict",
    "fold",
    "is_folded",
    "published",
]
