"""What one administrator does alone with the account of somebody else, as events: none of it gives
anybody a role."""

from sanzhi.events import VOCABULARY, Payload, Person

#: Whoever keeps the accounts answers for who acts under them.
LAW = "customs-law, art. 76"


def account_case(key: int) -> str:
    """The case of the events of an account, by the key that it is stored under."""
    return f"ACCOUNT-{key}"


@VOCABULARY.declare(
    "administration.account_opened",
    verb=("opened an account", "开立账户"),
    words=("Account {account} opened, without a role.", "开立账户 {account}，尚无角色。"),
)
class AccountOpened(Payload):
    account: Person


@VOCABULARY.declare(
    "administration.account_closed",
    verb=("closed an account", "停用账户"),
    words=("Account {account} closed.", "停用账户 {account}。"),
)
class AccountClosed(Payload):
    account: Person


@VOCABULARY.declare(
    "administration.account_reopened",
    verb=("opened an account again", "重新启用账户"),
    words=(
        "Account {account} opened again, with the roles that it had.",
        "重新启用账户 {account}，原有角色不变。",
    ),
)
class AccountReopened(Payload):
    account: Person


@VOCABULARY.declare(
    "administration.password_set",
    verb=("set somebody's password", "设置他人密码"),
    words=(
        "The password of {account} set by another; it is to be changed at the next login.",
        "由他人设置 {account} 的密码，下次登录时须修改。",
    ),
)
class PasswordSet(Payload):
    account: Person
