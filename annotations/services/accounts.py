"""Accounts: making them, signing in by a link, passwords, switching them off."""

from __future__ import annotations

from datetime import timedelta
from unicodedata import normalize

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.models import ArticleVersion, Membership, Project, Role, SignInLink, User
from annotations.services.assignments import start_assignment
from annotations.services.errors import Invalid
from annotations.services.links import LinkRefused, hash_of, new_token
from annotations.services.members import add_member, record_membership, require_other_managers
from annotations.services.sessions import end_access, end_sessions
from annotations.services.speakers import clean_name
from annotations.text.canonical import TextRefused, check_name

SIGN_IN_LIFETIME = timedelta(hours=1)
NAME_LENGTH = 150
SAMPLE_PROJECT = "sample"
SAMPLE_ARTICLE = "kirby"


def clean_username(value: str) -> str:
    """Return a user name as it is kept: composed and in small letters, so that no two look like one another's case.

    Raises ``Invalid`` for what Django refuses, and for characters that cannot be seen.
    """
    username = normalize("NFKC", value).strip().lower()
    try:
        check_name(username)
        User._meta.get_field("username").run_validators(username)
    except TextRefused as refused:
        raise Invalid(refused.message, field="username") from refused
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="username") from error
    return username


def clean_email(value: str, *, owner: User | None = None) -> str:
    """Return an address in small letters, or nothing. Raises ``Invalid`` if it is none or somebody else's."""
    email = value.strip().lower()
    if not email:
        return ""
    try:
        validate_email(email)
        User._meta.get_field("email").run_validators(email)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="email") from error
    holders = User.objects.filter(email__iexact=email)
    if holders.exists() and list(holders) != [owner]:
        raise Invalid(_("Another account has this e-mail address."), field="email")
    return email


def create_user(*, username: str, name: str = "", email: str = "", password: str | None = None) -> User:
    """Make an account. Without a password its owner signs in by a link. Raises ``Invalid``."""
    user = User(
        username=clean_username(username),
        first_name=clean_name(name, field="name", length=NAME_LENGTH) if name.strip() else "",
        email=clean_email(email),
    )
    if password is not None:
        check_password(password, user=user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid(_("This user name is taken. Choose another one."), field="username") from error
    return user


def check_password(password: str, *, user: User) -> None:
    """Raise ``Invalid`` for a password that is too short, too common or too close to the account itself."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from error


def set_password(*, user: User, password: str) -> None:
    """Give ``user`` a new password. Everything that was open under the old one ends."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        end_access(user)


def change_name(*, user: User, name: str) -> None:
    """Change the full name of ``user``."""
    user.first_name = clean_name(name, field="name", length=NAME_LENGTH)
    user.last_name = ""
    user.save(update_fields=["first_name", "last_name"])


def change_email(*, user: User, email: str) -> None:
    """Change the address to which password resets of ``user`` go; an empty one is none."""
    with transaction.atomic():
        user.email = clean_email(email, owner=user)
        user.save(update_fields=["email"])
        # allauth keeps a copy of each address it has seen, and would still send resets to the old one.
        EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()


def sign_out_everywhere(*, user: User) -> None:
    """End all sessions of ``user``; their API tokens stay."""
    end_sessions(user)


def create_sign_in_link(*, user: User, lifetime: timedelta = SIGN_IN_LIFETIME) -> str:
    """Return the path of a link that signs ``user`` in once. It cannot be shown again."""
    token = new_token()
    SignInLink.objects.create(user=user, token_hash=hash_of(token), expires_at=timezone.now() + lifetime)
    return reverse("sign-in-link", args=[token])


def find_sign_in_link(token: str) -> SignInLink:
    """Return a link that still works, and leave it unused. Raises ``LinkRefused``."""
    link = SignInLink.objects.select_related("user").filter(token_hash=hash_of(token)).first()
    if link is None:
        raise LinkRefused(_("There is no such sign-in link. Copy all of it, or ask for a new one."))
    if link.used_at is not None:
        raise LinkRefused(_("This sign-in link was used already: each one works once. Ask for a new one."))
    if link.expires_at <= timezone.now():
        raise LinkRefused(_("This sign-in link has expired. Ask for a new one."))
    if not link.user.is_active:
        raise LinkRefused(_("The account of this sign-in link is switched off."))
    return link


def consume_sign_in_link(token: str) -> User:
    """Use a link up and return whom it signs in. Raises ``LinkRefused``; of two at once, one wins."""
    link = find_sign_in_link(token)
    now = timezone.now()
    if not SignInLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now):
        raise LinkRefused(_("This sign-in link was used already: each one works once. Ask for a new one."))
    return link.user


def deactivate_user(*, actor: User | None, user: User) -> None:
    """Switch an account off. All its sessions and API tokens die at once; what the person made stays theirs.

    Raises ``Conflict`` if a project would be left without a manager.
    """
    with transaction.atomic():
        memberships = Membership.objects.filter(user=user, is_active=True).select_related("project", "user")
        for membership in memberships:
            require_other_managers(membership)
            record_membership(actor=actor, membership=membership, before={"account": True}, after={"account": False})
        User.objects.filter(pk=user.pk).update(is_active=False)
        end_access(user)
    user.is_active = False


def reactivate_user(*, actor: User | None, user: User) -> None:
    """Switch an account on again, in the projects that it was in."""
    with transaction.atomic():
        memberships = Membership.objects.filter(user=user, is_active=True).select_related("project", "user")
        for membership in memberships:
            record_membership(actor=actor, membership=membership, before={"account": False}, after={"account": True})
        User.objects.filter(pk=user.pk).update(is_active=True)
    user.is_active = True


def welcome(*, user: User) -> None:
    """Give whoever signs in a place in the sample project, if there is one, and its first story to annotate.

    Somebody who left that project, or only views it, is left alone. A second time nothing is written.
    """
    project = Project.objects.filter(slug=SAMPLE_PROJECT).first()
    if project is None:
        return
    membership = Membership.objects.filter(project=project, user=user).first()
    if membership is None:
        membership = add_member(actor=None, project=project, user=user, role=Role.ANNOTATOR)
    if not membership.is_active or membership.role == Role.VIEWER:
        return
    versions = ArticleVersion.objects.filter(article__project=project, article__key=SAMPLE_ARTICLE).exclude(text="")
    version = versions.select_related("article", "project").order_by("-number").first()
    if version is not None:
        start_assignment(actor=user, version=version)
