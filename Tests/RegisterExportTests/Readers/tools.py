"""Readers of the files for Telegraf, Home Assistant, Node-RED and ioBroker, and of the tables and JSON.

Each checks what it finds against what the tool's documentation allows, and gives the points."""

import csv
import io
import json
import re
import struct
import tomllib

import yaml

from points import FORMATS, WIDTHS, Point, check, keys, number

ORDERS = ("ABCD", "DCBA", "BADC", "CDAB")


def positive(value):
    return type(value) is int and value >= 0


def port_number(value):
    return type(value) is int and 1 <= value <= 65535


def one_of(*values):
    return lambda value: value in values


# --- tables and JSON


def rows(text, order, delimiter):
    table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    head, *body = table
    check(head == ["first", "last", "entry", "meter", "description", "scale", "unit", "key", "unit id",
                   "float"], f"columns {head}")
    check(all(len(row) == len(head) for row in body), "rows of different lengths")
    return [Point(" ".join(filter(None, (row[3], row[4], row[7]))), int(row[8] or 255), int(row[9]),
                  "float32", order) for row in body if row[9]]


def read_csv(text, order):
    return rows(text, order, ",")


def read_tsv(text, order):
    check(text.startswith("\ufeff"), "no byte order mark")
    return rows(text[1:], order, "\t")


def read_table(text, order):
    """Columns lie under their heads; numbers end where these end, texts begin where these begin."""
    head, *lines = text.splitlines()
    starts = {name: head.index(name) for name in ("unit id", "float")}
    found = []
    for line in lines:
        float_register = line[starts["float"]:starts["float"] + 5].strip()
        if line.split()[0:1] and " value " in line and float_register.isdigit():
            unit = line[starts["unit id"]:starts["unit id"] + 7].strip()
            found.append(Point("", int(unit or 255), int(float_register), "float32", order))
    return found


def read_json(text, order):
    document = json.loads(text)
    keys(document, {"schema": one_of(1), "layout": dict, "entries": list,
                    "withoutRegister": list}, "JSON")
    keys(document["layout"], {
        "registersPerEntry": one_of(2, 10), "multiSlave": bool, "order": one_of(*ORDERS),
        "orderScope": one_of("floats", "longFields"), "dialect": one_of("anybus", "solvimus", None),
    }, "layout")
    check(document["layout"]["order"] == order, "layout.order")
    found = []
    text_or_null = (str, type(None))
    for entry in document["entries"]:
        keys(entry, {
            "unitId": (int, type(None)), "first": int, "last": int,
            "entry": one_of("device", "meter", "value"), "meter": text_or_null,
            "description": text_or_null, "unit": text_or_null, "scale": (int, type(None)),
            "key": text_or_null, "name": text_or_null, "fields": list, "obis": text_or_null,
            "suggestedObis": text_or_null,
        }, "entry")
        check(entry["last"] - entry["first"] + 1 == document["layout"]["registersPerEntry"], "last")
        label = "|".join(entry[key] or "" for key in ("meter", "description", "key"))
        for field in entry["fields"]:
            keys(field, {"name": str, "register": int, "registers": int,
                         "type": one_of(*FORMATS), "order": one_of(*ORDERS)}, "field")
            point = Point(f"{label}|{field['name']}", entry["unitId"] or 255, field["register"],
                          field["type"], field["order"])
            check(field["registers"] == point.width, "registers")
            if entry["entry"] != "device":
                found.append(point)
    for entry in document["withoutRegister"]:
        keys(entry, {
            "name": text_or_null, "entry": one_of("meter", "value"), "meter": text_or_null,
            "description": text_or_null, "unit": text_or_null, "scale": (int, type(None)),
            "key": text_or_null, "obis": text_or_null, "suggestedObis": text_or_null,
        }, "withoutRegister")
    return found


# --- Telegraf: README of inputs.modbus, style "request"


def read_telegraf(text, _):
    document = tomllib.loads(text)
    check(list(document) == ["inputs"] and list(document["inputs"]) == ["modbus"], "not one plugin")
    found, names = [], set()
    for plugin in document["inputs"]["modbus"]:
        keys(plugin, {
            "name": str, "controller": str, "timeout": lambda t: bool(re.fullmatch(r"\d+(ms|s)", t)),
            "configuration_type": one_of("request"), "request": list,
        }, "inputs.modbus")
        where = re.fullmatch(r"tcp://(\[[0-9a-f:]+\]|[^:]+):(\d+)", plugin["controller"])
        check(where, plugin["controller"])
        for request in plugin.get("request", []):
            keys(request, {
                "slave_id": lambda v: positive(v) and v <= 255, "byte_order": one_of(*ORDERS),
                "register": one_of("holding"), "measurement": str,
                "optimization": one_of("none", "shrink", "rearrange", "max_insert"),
                "optimization_max_register_fill": positive, "fields": list, "tags": dict,
            }, "request")
            check(all(isinstance(tag, str) for tag in request["tags"].values()), "tags")
            check(request["fields"], "no fields")
            for field in request["fields"]:
                keys(field, {
                    "address": lambda v: positive(v) and v <= 65535, "name": str,
                    "type": one_of("INT16", "UINT16", "INT32", "UINT32", "INT64", "UINT64",
                                   "FLOAT32", "FLOAT64"),
                }, "field")
                check(re.fullmatch(r"[a-z0-9_]+", field["name"]), field["name"])
                # One and the same field must not be there twice (slave, measurement, tags, name).
                identity = (request["slave_id"], request["tags"]["meter"], field["name"])
                check(identity not in names, f"{identity} twice")
                names.add(identity)
                order = request["byte_order"]
                kind = field["type"].lower()
                # Single registers follow the order, too: their bytes must not be swapped.
                if kind in ("uint16", "int16") and order in ("BADC", "DCBA"):
                    check(False, "a single register in an order that swaps bytes")
                found.append(Point(f"{request['tags']['meter']}|{field['name']}",
                                   request["slave_id"], field["address"], kind, order,
                                   where[1], int(where[2])))
    return found


# --- Home Assistant: documentation of the modbus integration; by the integration itself where it is
# installed

DEVICE_CLASSES = {
    "energy": ("Wh",), "volume": ("m³", "ft³"), "weight": ("kg",), "power": ("W",),
    "voltage": ("V",), "current": ("A",), "frequency": ("Hz",), "volume_flow_rate": ("m³/h",),
    "temperature": ("°C", "°F"), "pressure": ("bar",), "signal_strength": ("dBm",),
    "duration": ("s", "min", "h", "d"),
}
SWAPS = {None: "ABCD", "byte": "BADC", "word": "CDAB", "word_byte": "DCBA"}


def read_homeassistant(text, _):
    document = yaml.safe_load(text)
    by_the_integration(document)
    check(list(document) == ["modbus"], "not modbus")
    found, names, ids = [], set(), set()
    for hub in document["modbus"]:
        keys(hub, {"name": str, "type": one_of("tcp"), "host": str, "port": port_number,
                   "timeout": positive, "sensors": list}, "hub")
        for sensor in hub.get("sensors", []):
            keys(sensor, {
                "name": str, "unique_id": str, "slave": positive, "address": positive,
                "input_type": one_of("holding"), "data_type": one_of(*FORMATS),
                "swap": one_of("byte", "word", "word_byte"), "precision": positive,
                "unit_of_measurement": str, "device_class": one_of(*DEVICE_CLASSES),
                "state_class": one_of("measurement", "total_increasing"),
                "scan_interval": lambda v: positive(v) and v >= 5,
            }, "sensor")
            kind = sensor.get("device_class")
            check(kind is None or sensor["unit_of_measurement"] in DEVICE_CLASSES[kind], "unit")
            check(kind not in ("energy", "volume")
                  or sensor.get("state_class") in (None, "total_increasing"), "state class")
            check(not ("swap" in sensor and sensor["data_type"] == "uint16"
                       and sensor["swap"] != "byte"), "words of a single register")
            check(sensor["name"] not in names and sensor["unique_id"] not in ids, "twice")
            names.add(sensor["name"])
            ids.add(sensor["unique_id"])
            found.append(Point(sensor["name"], sensor["slave"], sensor["address"],
                               sensor["data_type"], SWAPS[sensor.get("swap")], hub["host"],
                               hub["port"]))
    return found


def by_the_integration(document):
    try:
        from homeassistant.components.modbus import CONFIG_SCHEMA
    except ImportError:
        return
    before = len(document["modbus"][0].get("sensors", []))
    checked = CONFIG_SCHEMA(document)
    check(len(checked["modbus"][0].get("sensors", [])) == before, "sensors were refused")


# --- Node-RED: node-red-contrib-modbus and node-red-contrib-buffer-parser


def read_nodered(text, _):
    nodes = json.loads(text)
    by_id = {node["id"]: node for node in nodes}
    check(len(by_id) == len(nodes), "ids twice")
    check(all(re.fullmatch(r"[0-9a-f]{16}", node["id"]) for node in nodes), "ids")
    found, names = [], set()
    for node in nodes:
        check(node["type"] in ("tab", "modbus-client", "modbus-read", "buffer-parser"), node["type"])
        check("z" not in node or by_id[node["z"]]["type"] == "tab", "not on the tab")
        if node["type"] != "modbus-read":
            continue
        client = by_id[node["server"]]
        check(client["type"] == "modbus-client" and client["clienttype"] == "tcp", "client")
        check(node["dataType"] == "HoldingRegister" and 1 <= int(node["quantity"]) <= 125, "read")
        check(len(node["wires"]) == 2 and node["wires"][0], "nothing behind the read")
        for parser in (by_id[target] for target in node["wires"][0]):
            found += parsed(node, parser, client, names)
    return found


def parsed(read, parser, client, names):
    check(parser["type"] == "buffer-parser" and parser["specificationType"] == "json", "parser")
    specification = json.loads(parser["specification"])
    keys(specification, {"options": dict, "items": list}, "specification")
    swap = specification["options"]["byteSwap"]
    check(swap in (False, ["swap16"]), "byteSwap")
    check(specification["options"]["resultType"] == "keyvalue", "resultType")
    for item in specification["items"]:
        keys(item, {"name": str, "type": str, "offset": positive, "length": one_of(1)}, "item")
        match = re.fullmatch(r"(float|uint16|uint32|bigint64)(be|le)", item["type"])
        check(match, item["type"])
        check(item["name"] not in names and "=>" not in item["name"], item["name"])
        names.add(item["name"])
        kind = {"float": "float32", "bigint64": "int64"}.get(match[1], match[1])
        check(item["offset"] % 2 == 0, "offset")
        point = Point(item["name"], int(read["unitid"]), int(read["adr"]) + item["offset"] // 2, kind,
                      host=client["tcpHost"], port=int(client["tcpPort"]))
        check(item["offset"] // 2 + point.width <= int(read["quantity"]), "behind the read")
        point.decode = decoder(kind, match[2] == "le", bool(swap))
        yield point


def decoder(kind, is_little, swaps):
    def decode(words):
        data = b"".join(struct.pack("<H" if swaps else ">H", word) for word in words)
        return struct.unpack(("<" if is_little else ">") + FORMATS[kind], data)[0]
    return decode


# --- ioBroker.modbus: the columns and types of its dialog for holding registers

IOBROKER = ["name", "description", "unit", "type", "len", "factor", "offset", "formula", "role", "room",
            "poll", "wp", "cw", "isScale", "sanitize", "sanitizeAction", "minValidValue",
            "maxValidValue"]
SUFFIXES = {"be": "ABCD", "le": "DCBA", "sw": "CDAB", "sb": "BADC"}


def read_iobroker(text, _):
    # No reader of quotes: there must be none.
    head, *lines = [line.split("\t") for line in text.removesuffix("\n").split("\n")]
    multi = head[1:2] == ["deviceId"]
    check(head == ["_address"] + (["deviceId"] if multi else []) + IOBROKER, f"columns {head}")
    found = []
    for line in lines:
        check(len(line) == len(head) and not any('"' in cell for cell in line), f"line {line}")
        row = dict(zip(head, line))
        match = re.fullmatch(r"(float|uint16|uint32)(be|le|sw|sb)", row["type"])
        check(match and row["poll"] == "true" and row["wp"] == row["cw"] == row["isScale"] == "false"
              and row["factor"] == "1" and row["offset"] == "0" and not row["formula"], str(row))
        check(row["role"] in ("value", "value.temperature", "value.pressure",
                              "value.power.consumption"), row["role"])
        kind = "float32" if match[1] == "float" else match[1]
        check(kind != "uint16" or match[2] == "be", "a single register")
        point = Point(row["name"], int(row.get("deviceId", 255)), int(row["_address"]), kind,
                      SUFFIXES[match[2]])
        check(int(row["len"]) == point.width, "len")
        found.append(point)
    return found
