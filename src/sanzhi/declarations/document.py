"""The canonical goods declaration.

One document type from the door to the library: the API takes it, checks and duty read it, the
store keeps it, and every message format converts to and from it. Field names are the WCO Data
Model's in plain words; docstrings name the Chinese declaration's term. Amounts and quantities are
decimals and travel as strings; countries are ISO 3166 alpha-2, currencies ISO 4217 alpha-3.

Fields that the model does not name are kept: in JSON as they stand, in messages with the
original text in `source`.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from sanzhi.core.findings import Finding, Unusable
from sanzhi.core.money import Number
from sanzhi.core.shapes import field_path, shape_text

Short = Annotated[str, StringConstraints(max_length=64)]
Name = Annotated[str, StringConstraints(max_length=512)]
Words = Annotated[str, StringConstraints(max_length=4000)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
#: The declaration has a field of the type's own name, which would hide it.
Day = date
NonNegative = Annotated[Number, Field(ge=0)]

#: More goods items than any administration takes on one declaration.
MAX_ITEMS = 999


class Regime(StrEnum):
    """What the goods do: 进口、出口、跨境电商、行邮物品、过境."""

    IMPORT = "import"
    EXPORT = "export"
    ECOMMERCE = "ecommerce"
    PERSONAL = "personal"
    TRANSIT = "transit"


class DeclarationType(StrEnum):
    """How it is lodged: 普通、提前申报、两步申报概要、两步申报完整."""

    STANDARD = "standard"
    ADVANCE = "advance"
    SUMMARY = "summary"
    COMPLETE = "complete"


class Model(BaseModel):
    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)


class Party(Model):
    """A party in a role: `trader` (境内收发货人), `owner` (消费使用/生产销售单位),
    `declarant` (申报单位), `consignor`, `consignee`, `exporter`, `importer`, `buyer`, `seller`,
    `carrier`, `representative`, `supplier`."""

    role: Short
    id: Short | None = None
    credit_code: Short | None = None
    """Unified social credit code (统一社会信用代码), 18 characters."""
    name: Name | None = None
    address: Name | None = None
    city: Name | None = None
    postcode: Short | None = None
    country: Short | None = None


class Transport(Model):
    """Means and mode of transport at the border (运输方式、运输工具、航次、提运单号)."""

    mode: Short | None = None
    means: Name | None = None
    voyage: Short | None = None
    bill: Short | None = None
    nationality: Short | None = None


class Container(Model):
    number: Short
    size: Short | None = None
    seals: list[Short] = Field(default_factory=list, max_length=99)
    items: list[int] = Field(default_factory=list, max_length=MAX_ITEMS)


class Document(Model):
    """A licence, permit, certificate or other document (随附单证)."""

    type: Short
    number: Name | None = None
    category: Short | None = None
    status: Short | None = None
    """Exemption or status code of the document, as the message gives it."""
    name: Name | None = None


class Charge(Model):
    """An addition to (positive) or deduction from (negative) the price (杂费)."""

    kind: Short
    amount: Number
    currency: Currency | None = None
    rate: Number | None = None
    """Share of the price the message gave instead of an amount; `amount` follows from it."""


class ProofOfOrigin(Model):
    """What a claim to an agreement rate rests on (原产地证明, 直接运输)."""

    agreement: Short | None = None
    type: Short | None = None
    number: Name | None = None
    direct_transport: bool = True


class RateOverrides(Model):
    """What-if rates that stand in for the law's; an assessment with any of them says so."""

    duty: Words | None = None
    consumption: Words | None = None
    vat: Words | None = None
    export_duty: Words | None = None
    anti_dumping: Words | None = None
    personal_articles: Words | None = None


class Item(Model):
    """A goods item (商品项)."""

    number: Annotated[int, Field(ge=1, le=MAX_ITEMS)]
    code: Short = ""
    """Commodity code, digits only (商品编号)."""
    additional_codes: list[Short] = Field(default_factory=list, max_length=99)
    description: Words = ""
    origin: Short | None = None
    destination: Short | None = None
    quantity: NonNegative | None = None
    unit: Short | None = None
    """Unit symbol of the contract (`kg`, `l`, `piece`…) or a unit code of the law's table."""
    statutory_quantity: NonNegative | None = None
    statutory_unit: Short | None = None
    second_quantity: NonNegative | None = None
    second_unit: Short | None = None
    net_mass: NonNegative | None = None
    gross_mass: NonNegative | None = None
    price: NonNegative | None = None
    """Total price of the item in the declaration's currency, or in `currency`."""
    unit_price: NonNegative | None = None
    currency: Currency | None = None
    statistical_value: NonNegative | None = None
    valuation_method: Short | None = None
    procedure: Short | None = None
    previous_procedure: Short | None = None
    additional_procedures: list[Short] = Field(default_factory=list, max_length=99)
    preference: Short | None = None
    manufacturer: Name | None = None
    """Producer of the goods, which decides a trade remedy's rate."""
    proof_of_origin: ProofOfOrigin | None = None
    duty_mode: Short | None = None
    """How duty is levied or exempted (征免方式), a code of the law's table."""
    elements: list[Words] = Field(default_factory=list, max_length=99)
    """Declared elements in the order the tariff line asks for them (规格型号、申报要素)."""
    packages: NonNegative | None = None
    package_kind: Short | None = None
    marks: Words | None = None
    district: Short | None = None
    """Domestic place of destination or of origin (境内目的地、境内货源地)."""
    manual_item: Short | None = None
    """Line of the processing or exemption manual the goods are booked on (备案序号)."""
    documents: list[Document] = Field(default_factory=list, max_length=99)
    charges: list[Charge] = Field(default_factory=list, max_length=99)
    rates: RateOverrides | None = None


class Source(Model):
    """The original message, so that writing it back loses nothing the model does not name."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=False)

    format: Short
    text: str
    encoding: Short | None = None
    """Codec that gives back the original bytes; UTF-8 where none is named."""


class Declaration(Model):
    """A goods declaration (报关单)."""

    regime: Regime = Regime.IMPORT
    type: DeclarationType = DeclarationType.STANDARD
    reference: Short | None = None
    """The trader's own reference (LRN, 客户端编号): with the trader it makes lodging idempotent."""
    customs_number: Short | None = None
    """The number customs gave (MRN, 海关编号)."""
    jurisdiction: Short | None = None
    """Country of the customs administration addressed."""
    procedure: Short | None = None
    """Supervision mode (监管方式), e.g. 0110 general trade."""
    levy_nature: Short | None = None
    """Nature of levy or exemption (征免性质), e.g. 101 general."""
    date: Day
    """Day of declaration, which is the day whose law applies."""
    arrival_date: Day | None = None
    """Day the means of transport declared entry (进境日期)."""
    office: Short | None = None
    """Customs office of declaration (申报地海关)."""
    border_office: Short | None = None
    """Customs office of entry or exit (进出境关别)."""
    currency: Currency = "CNY"
    """Of prices that name none themselves. Where a message says nothing, that of the
    administration (`priced_in`)."""
    exchange_rates: dict[Currency, Annotated[Number, Field(gt=0)]] = Field(
        default_factory=dict, max_length=50
    )
    """What one unit of each is in the administration's currency; where absent the law's table
    for the day applies."""
    incoterm: Short | None = None
    freight: NonNegative | None = None
    freight_currency: Currency | None = None
    freight_rate: NonNegative | None = None
    """Freight as a share of the price, where no amount is given."""
    freight_per_tonne: NonNegative | None = None
    """Freight for a tonne of gross mass, where that is given; `freight` follows from it."""
    insurance: NonNegative | None = None
    insurance_currency: Currency | None = None
    insurance_rate: NonNegative | None = None
    charges: list[Charge] = Field(default_factory=list, max_length=99)
    invoice_total: NonNegative | None = None
    invoice_currency: Currency | None = None
    contract: Name | None = None
    buyer_year_to_date: NonNegative | None = None
    """Cross-border e-commerce: what the buyer has bought this year before, in the
    administration's currency."""
    country_of_dispatch: Short | None = None
    country_of_destination: Short | None = None
    trading_country: Short | None = None
    manual: Short | None = None
    """Number of the processing or exemption manual (备案号)."""
    licence: Short | None = None
    """Number of the import or export licence named on the head (许可证号)."""
    transit_port: Short | None = None
    """Port of transshipment for imports, of destination for exports (经停港、指运港)."""
    dispatch_port: Short | None = None
    """Port of dispatch (启运港)."""
    entry_port: Short | None = None
    """Port of entry or exit (入境口岸、离境口岸)."""
    goods_place: Name | None = None
    """Where the goods lie (货物存放地点)."""
    packages: NonNegative | None = None
    package_kind: Short | None = None
    gross_mass: NonNegative | None = None
    net_mass: NonNegative | None = None
    item_count: Annotated[int, Field(ge=0, le=99999)] | None = None
    parties: list[Party] = Field(default_factory=list, max_length=99)
    transport: Transport | None = None
    containers: list[Container] = Field(default_factory=list, max_length=999)
    documents: list[Document] = Field(default_factory=list, max_length=999)
    marks: Words | None = None
    remarks: Words | None = None
    items: list[Item] = Field(default_factory=list, max_length=MAX_ITEMS)
    source: Source | None = None

    def party(self, *roles: str) -> Party | None:
        """The first party in the first of these roles that is present."""
        for role in roles:
            for party in self.parties:
                if party.role == role:
                    return party
        return None

    def priced_in(self, currency: str) -> "Declaration":
        """The declaration with a currency where it names none; an administration's own is what
        prices are in that say nothing else."""
        if "currency" in self.model_fields_set or self.currency == currency:
            return self
        return self.model_copy(update={"currency": currency})

    def to_json(self, *, indent: int | None = None) -> str:
        """The canonical JSON: empty fields left out, decimals as strings."""
        return self.model_dump_json(exclude_none=True, exclude_defaults=False, indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Declaration":
        """Read canonical JSON; raises `Unusable` naming the first field that is wrong."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise Unusable(shape_findings(error)[0]) from None

    @classmethod
    def from_fields(cls, fields: dict[str, Any]) -> "Declaration":
        """Build from plain fields; raises `Unusable` naming the first field that is wrong."""
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise Unusable(shape_findings(error)[0]) from None


def shape_findings(error: ValidationError) -> list[Finding]:
    """Turn pydantic's errors into findings, one a field, codes starting `declaration.`."""
    return [
        Finding(
            code=f"declaration.{detail['type']}",
            path=field_path(detail["loc"]),
            text=shape_text(detail, field_path(detail["loc"])),
        )
        for detail in error.errors(include_url=False, include_context=True)
    ]


def decimal(text: str | None) -> Decimal | None:
    """Read a decimal from a message; None where it is empty, ValueError where it is no number."""
    if text is None or not (text := text.strip()):
        return None
    try:
        value = Decimal(text)
    except ArithmeticError:
        raise ValueError(f"{text!r} is not a number") from None
    if not value.is_finite():
        raise ValueError(f"{text!r} is not a number")
    return value
