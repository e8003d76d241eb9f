"""Accounts: making them, signing in by a link, switching them off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from annotations.models import Annotator, ApiToken, Assignment, Change, Membership, Project, Role, SignInLink, User
from annotations.services import accounts, members
from annotations.services.errors import Conflict, Invalid
from annotations.services.links import LinkRefused, hash_of
from annotations.services.tokens import create_token, find_token
from tests.cast import PASSWORD, Cast
from tests.client import StrictClient
from tests.factories import make_article

NEW = "four unrelated words here"


def token_of(path: str) -> str:
    """Return the secret part of a link."""
    return path.rstrip("/").rpartition("/")[2]


@pytest.mark.django_db
class TestCreateUser:
    def test_the_user_name_is_kept_in_small_letters(self) -> None:
        user = accounts.create_user(username=" Ｏmar.K ", name="Omar  Khalil", email="Omar@Desk.Example", password=NEW)
        assert (user.username, user.first_name, user.email) == ("omar.k", "Omar Khalil", "omar@desk.example")
        assert user.check_password(NEW)

    def test_without_a_password_nobody_signs_in_by_one(self) -> None:
        assert not accounts.create_user(username="omar").has_usable_password()

    @pytest.mark.parametrize(
        "username",
        [
            "",
            "a b",
            "ad\u200bmin",
            "admin\u202e",
            "\u2066admin",
            "a\u00adb",
            "a\u115f",
            "a\x00",
            "a/b",
            "x" * 151,
            "\u3164",
        ],
    )
    def test_a_user_name_that_could_deceive_is_refused(self, username: str) -> None:
        with pytest.raises(Invalid) as refused:
            accounts.create_user(username=username, password=NEW)
        assert refused.value.field == "username"
        assert not User.objects.exists()

    def test_the_same_user_name_in_capitals_is_taken(self) -> None:
        accounts.create_user(username="omar")
        with pytest.raises(Invalid, match="taken"):
            accounts.create_user(username="OMAR")

    @pytest.mark.parametrize("password", ["short", "password123", "1029384756", "omarkhalil1"])
    def test_a_weak_password_is_refused(self, password: str) -> None:
        with pytest.raises(Invalid) as refused:
            accounts.create_user(username="omarkhalil", password=password)
        assert refused.value.field == "password"

    def test_an_address_fits_its_column(self) -> None:
        with pytest.raises(Invalid) as refused:
            accounts.create_user(username="omar", email=f"o@{'.'.join(['desk' * 15] * 4)}.quite.long.example")
        assert refused.value.field == "email"

    def test_an_address_belongs_to_one_account(self) -> None:
        accounts.create_user(username="omar", email="o@desk.example")
        with pytest.raises(Invalid) as refused:
            accounts.create_user(username="olga", email="O@desk.example")
        assert refused.value.field == "email"

    def test_accounts_without_an_address_are_many(self) -> None:
        accounts.create_user(username="omar")
        accounts.create_user(username="olga")
        assert User.objects.filter(email="").count() == 2

    def test_a_name_with_a_bidi_control_is_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            accounts.create_user(username="omar", name="Omar\u202egpj")
        assert refused.value.field == "name"


class TestSignInLink:
    def test_only_the_hash_is_kept(self, cast: Cast) -> None:
        token = token_of(accounts.create_sign_in_link(user=cast.annotator))
        kept = SignInLink.objects.values().get()
        assert kept["token_hash"] == hash_of(token)
        assert token not in str(kept)

    def test_it_works_once(self, cast: Cast) -> None:
        token = token_of(accounts.create_sign_in_link(user=cast.annotator))
        assert accounts.consume_sign_in_link(token) == cast.annotator
        with pytest.raises(LinkRefused, match="used already"):
            accounts.consume_sign_in_link(token)

    def test_looking_at_it_does_not_use_it(self, cast: Cast) -> None:
        token = token_of(accounts.create_sign_in_link(user=cast.annotator))
        for _ in range(3):
            assert accounts.find_sign_in_link(token).user == cast.annotator
        assert accounts.consume_sign_in_link(token) == cast.annotator

    def test_it_expires(self, cast: Cast) -> None:
        path = accounts.create_sign_in_link(user=cast.annotator, lifetime=timedelta(seconds=-1))
        with pytest.raises(LinkRefused, match="expired"):
            accounts.consume_sign_in_link(token_of(path))

    def test_it_lives_an_hour(self, cast: Cast) -> None:
        accounts.create_sign_in_link(user=cast.annotator)
        lifetime = SignInLink.objects.get().expires_at - timezone.now()
        assert timedelta(minutes=59) < lifetime <= timedelta(hours=1)

    @pytest.mark.parametrize("token", ["", "x", "0" * 43, "é" * 20])
    def test_an_unknown_one_is_refused(self, cast: Cast, token: str) -> None:
        with pytest.raises(LinkRefused, match="no such"):
            accounts.consume_sign_in_link(token)

    def test_it_dies_with_the_account(self, cast: Cast) -> None:
        token = token_of(accounts.create_sign_in_link(user=cast.annotator))
        accounts.deactivate_user(actor=None, user=cast.annotator)
        with pytest.raises(LinkRefused):
            accounts.consume_sign_in_link(token)


class TestEndOfAccess:
    @pytest.fixture
    def opened(self, cast: Cast) -> tuple[list[StrictClient], str]:
        """Two devices on which the annotator is signed in, and an API token."""
        devices = [StrictClient(), StrictClient()]
        for device in devices:
            device.force_login(cast.annotator)
            assert device.get("/account/").status_code == 200
        return devices, create_token(user=cast.annotator, name="script")[1]

    def assert_all_ended(self, opened: tuple[list[StrictClient], str]) -> None:
        devices, secret = opened
        assert [device.get("/account/").status_code for device in devices] == [302, 302]
        assert find_token(secret) is None

    def test_a_deactivated_user_is_out_at_the_next_request(
        self, cast: Cast, opened: tuple[list[StrictClient], str]
    ) -> None:
        accounts.deactivate_user(actor=None, user=cast.annotator)
        self.assert_all_ended(opened)

    def test_they_stay_out_when_the_account_is_switched_on_again(
        self, cast: Cast, opened: tuple[list[StrictClient], str]
    ) -> None:
        accounts.deactivate_user(actor=None, user=cast.annotator)
        accounts.reactivate_user(actor=None, user=cast.annotator)
        assert User.objects.get(pk=cast.annotator.pk).is_active
        self.assert_all_ended(opened)

    def test_a_new_password_ends_everything(self, cast: Cast, opened: tuple[list[StrictClient], str]) -> None:
        accounts.set_password(user=cast.annotator, password=NEW)
        self.assert_all_ended(opened)

    def test_signing_out_everywhere_leaves_the_tokens(self, cast: Cast, opened: tuple[list[StrictClient], str]) -> None:
        accounts.sign_out_everywhere(user=cast.annotator)
        devices, secret = opened
        assert [device.get("/account/").status_code for device in devices] == [302, 302]
        assert find_token(secret) is not None

    def test_others_stay_signed_in(self, cast: Cast) -> None:
        other = StrictClient()
        other.force_login(cast.reviewer)
        accounts.deactivate_user(actor=None, user=cast.annotator)
        assert other.get("/account/").status_code == 200

    def test_an_earlier_secret_key_does_not_revive_a_session(
        self, cast: Cast, opened: tuple[list[StrictClient], str], settings: pytest.FixtureRequest
    ) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
        settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
        devices, _ = opened
        assert devices[0].get("/account/").status_code == 200
        accounts.sign_out_everywhere(user=cast.annotator)
        assert devices[1].get("/account/").status_code == 302


class TestDeactivateUser:
    def test_each_project_writes_it_down(self, cast: Cast) -> None:
        accounts.deactivate_user(actor=cast.manager, user=cast.annotator)
        row = cast.changes.get(subject_kind=Change.Subject.MEMBERSHIP)
        assert (row.project, row.actor, row.after["account"]) == (cast.project, cast.manager, False)

    def test_the_last_manager_stays(self, cast: Cast) -> None:
        with pytest.raises(Conflict, match="last manager"):
            accounts.deactivate_user(actor=None, user=cast.manager)
        assert User.objects.get(pk=cast.manager.pk).is_active
        assert not cast.changes.exists()

    def test_a_manager_whose_account_is_off_does_not_count(self, cast: Cast) -> None:
        members.change_role(actor=cast.manager, membership=cast.membership(cast.reviewer), role=Role.MANAGER)
        accounts.deactivate_user(actor=None, user=cast.reviewer)
        with pytest.raises(Conflict, match="last manager"):
            accounts.deactivate_user(actor=None, user=cast.manager)

    def test_the_work_stays(self, cast: Cast, assignment: Assignment) -> None:
        accounts.deactivate_user(actor=None, user=cast.annotator)
        assert Assignment.objects.get().annotator.user == cast.annotator


class TestProfile:
    def test_the_name_changes(self, cast: Cast) -> None:
        accounts.change_name(user=cast.annotator, name="Anna  Kowalska")
        assert str(User.objects.get(pk=cast.annotator.pk)) == "Anna Kowalska"

    def test_the_old_address_resets_nothing_any_more(self, cast: Cast) -> None:
        cast.annotator.emailaddress_set.create(email="old@desk.example", primary=True)
        accounts.change_email(user=cast.annotator, email="New@desk.example")
        assert User.objects.get(pk=cast.annotator.pk).email == "new@desk.example"
        assert not cast.annotator.emailaddress_set.filter(email="old@desk.example").exists()

    def test_ones_own_address_can_be_saved_again(self, cast: Cast) -> None:
        accounts.change_email(user=cast.annotator, email="a@desk.example")
        accounts.change_email(user=cast.annotator, email="a@desk.example")

    def test_a_password_is_hashed(self, cast: Cast) -> None:
        accounts.set_password(user=cast.annotator, password=NEW)
        kept = User.objects.get(pk=cast.annotator.pk)
        assert kept.check_password(NEW)
        assert not kept.check_password(PASSWORD)
        assert NEW not in kept.password


class TestWelcome:
    @pytest.fixture
    def sample(self, cast: Cast) -> Project:
        """The sample project with the Kirby story in two versions."""
        project = Project.objects.create(slug="sample", name="Sample desk")
        make_article(project, key="kirby")
        return project

    def test_without_a_sample_project_nothing_happens(self, cast: Cast) -> None:
        accounts.welcome(user=cast.annotator)
        assert not Assignment.objects.exists()

    def test_it_gives_a_membership_and_a_blank_assignment(self, cast: Cast, sample: Project) -> None:
        accounts.welcome(user=cast.outsider)
        membership = Membership.objects.get(project=sample)
        assert (membership.user, membership.role, membership.is_active) == (cast.outsider, Role.ANNOTATOR, True)
        assignment = Assignment.objects.get()
        assert assignment.annotator.user == cast.outsider
        assert (assignment.version.article.key, assignment.quotes.count()) == ("kirby", 0)

    def test_a_second_time_writes_nothing(self, cast: Cast, sample: Project) -> None:
        accounts.welcome(user=cast.outsider)
        changes = Change.objects.count()
        accounts.welcome(user=cast.outsider)
        assert (Change.objects.count(), Assignment.objects.count(), Annotator.objects.count()) == (changes, 1, 1)

    def test_a_second_time_only_reads(
        self, cast: Cast, sample: Project, django_assert_max_num_queries: pytest.FixtureRequest
    ) -> None:
        accounts.welcome(user=cast.outsider)
        with django_assert_max_num_queries(6) as queries:  # type: ignore[operator]
            accounts.welcome(user=cast.outsider)
        assert all(query["sql"].startswith("SELECT") for query in queries)

    def test_a_manager_stays_one(self, cast: Cast, sample: Project) -> None:
        Membership.objects.create(project=sample, user=cast.manager, role=Role.MANAGER)
        accounts.welcome(user=cast.manager)
        assert Membership.objects.get(project=sample).role == Role.MANAGER
        assert Assignment.objects.count() == 1

    def test_whoever_left_is_left_alone(self, cast: Cast, sample: Project) -> None:
        Membership.objects.create(project=sample, user=cast.annotator, role=Role.ANNOTATOR, is_active=False)
        accounts.welcome(user=cast.annotator)
        assert not Membership.objects.get(project=sample).is_active
        assert not Assignment.objects.exists()

    def test_a_viewer_gets_no_assignment(self, cast: Cast, sample: Project) -> None:
        Membership.objects.create(project=sample, user=cast.viewer, role=Role.VIEWER)
        accounts.welcome(user=cast.viewer)
        assert not Assignment.objects.exists()

    def test_without_the_story_there_is_only_the_membership(self, cast: Cast) -> None:
        Project.objects.create(slug="sample", name="Sample desk")
        accounts.welcome(user=cast.outsider)
        assert Membership.objects.filter(project__slug="sample", user=cast.outsider).exists()
        assert not Assignment.objects.exists()


def test_sessions_hold_no_token(cast: Cast) -> None:
    path = accounts.create_sign_in_link(user=cast.annotator)
    StrictClient().post(path)
    assert Session.objects.exists()
    assert all(token_of(path) not in str(session.get_decoded()) for session in Session.objects.all())
    assert not ApiToken.objects.exists()
