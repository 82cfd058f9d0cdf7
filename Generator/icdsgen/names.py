"""Names: from proto's to Swift's and to protoc-c's."""

import re

from .schema import SchemaError

WIRE_PACKAGE = "icds.wire.v1"

ACRONYMS = {"id": "ID", "uri": "URI", "url": "URL"}

SWIFT_KEYWORDS = set(
    """associatedtype class deinit enum extension fileprivate func import init inout internal let
    open operator private protocol public rethrows static struct subscript typealias var break case
    continue default defer do else fallthrough for guard if in repeat return switch where while as
    catch false is nil super self throw throws true try""".split()
)

# Members that every generated message has: a field may not be called so.
RENAMED = {"description": "descriptionText"}
RESERVED = {"shape", "json", "messageName", "build", "with", "hashValue", "debugDescription", "Type"}

# Names to which protoc-c 1.4 appends an underscore.
C_KEYWORDS = set(
    """and and_eq asm auto bitand bitor bool break case catch char class compl const const_cast
    continue default delete do double dynamic_cast else enum explicit extern false float for friend
    goto if inline int long mutable namespace new not not_eq operator or or_eq private protected
    public register reinterpret_cast return short signed sizeof static static_cast struct switch
    template this throw true try typedef typeid typename union unsigned using virtual void volatile
    wchar_t while xor xor_eq""".split()
)

SWIFT_WELL_KNOWN = {
    "google.protobuf.Timestamp": "Timestamp",
    "google.protobuf.FieldMask": "FieldMask",
    "google.protobuf.Duration": "WireDuration",
}


def lower_camel(name):
    words = [word for word in name.lower().split("_") if word]
    return words[0] + "".join(ACRONYMS.get(word, word.capitalize()) for word in words[1:])


def upper_camel(name):
    camel = lower_camel(name)
    return camel[0].upper() + camel[1:]


def escaped(name):
    return f"`{name}`" if name in SWIFT_KEYWORDS else name


def property_name(field_name, where):
    """The unescaped name of a field's property."""
    name = lower_camel(field_name)
    name = RENAMED.get(name, name)
    if name in RESERVED:
        raise SchemaError(f"{where}: a Swift message has a member `{name}` already")
    return name


def case_name(enum, value_name):
    """ORGANISATION_KIND_MUNICIPALITY of OrganisationKind → municipality."""
    prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", enum.path[-1]).upper() + "_"
    short = value_name[len(prefix):] if value_name.startswith(prefix) else value_name
    name = lower_camel(short)
    if name[0].isdigit() or name == "unrecognized":
        raise SchemaError(f"{enum.full_name}.{value_name}: no Swift name")
    return name


def swift_type(full_name, package):
    """Name by which generated Swift refers to a message or an enum."""
    if full_name in SWIFT_WELL_KNOWN:
        return SWIFT_WELL_KNOWN[full_name]
    for known in (WIRE_PACKAGE, package, "icds.testing.v1", "icds.v1"):
        if full_name.startswith(known + "."):
            return full_name[len(known) + 1:]
    raise SchemaError(f"{full_name}: a type of an unknown package")


def c_type(full_name):
    """icds.v1.AccessContext → Icds__V1__AccessContext."""
    return "__".join(part[0].upper() + part[1:] for part in full_name.split("."))


def c_function(full_name):
    """icds.v1.AccessContext → icds__v1__access_context."""
    return "__".join(camel_to_lower(part) for part in full_name.split("."))


def camel_to_lower(name):
    result, was_upper = "", True
    for character in name:
        if character.isupper() and not was_upper:
            result += "_"
        result += character.lower()
        was_upper = character.isupper()
    return result


def c_field(name):
    lower = name.lower()
    return lower + "_" if lower in C_KEYWORDS else lower
