"""Readers of structured text (by blark, which knows the grammar) and of SCL sources."""

import re
import struct

from points import Point, check

CODESYS_TYPES = {"REAL": "float32", "UDINT": "uint32", "LINT": "int64", "WORD": "uint16"}
LIMIT = 60


def evaluate(expression, words):
    """Shifts of bit strings, as IEC 61131-3 has them."""
    def rol(value, count):
        return (value << count | value >> (16 - count)) & 0xFFFF
    names = {"SHL": lambda value, count: value << count, "ROL": rol,
             "WORD_TO_DWORD": int, "WORD_TO_LWORD": int}
    names |= {f"word{index + 1}": word for index, word in enumerate(words)}
    return eval(expression.replace(" OR ", " | "), {"__builtins__": {}}, names)


def result(kind, bits):
    if kind == "float32":
        return struct.unpack(">f", struct.pack(">I", bits))[0]
    if kind == "int64":
        return struct.unpack(">q", struct.pack(">Q", bits))[0]
    return bits


def identifiers(names):
    for name in names:
        check(re.fullmatch(r"m_[A-Za-z0-9]+(_[A-Za-z0-9]+)*_*", name) and len(name) <= LIMIT, name)
    check(len({name.lower() for name in names}) == len(names), "names twice")


def points(values, arrays, assignments, functions, host, port):
    identifiers(list(values))
    check(set(values) == {name for name, _, _ in assignments}, "values that are not assigned")
    check(len(values) == len(assignments), "values that are assigned twice")
    for name, function, words in assignments:
        places = [re.fullmatch(r"(.+)\[(\d+)\]", word) for word in words]
        check(all(places), f"{words}")
        unit, first, count = arrays[places[0][1]]
        indices = [int(place[2]) for place in places]
        check(all(place[1] == places[0][1] for place in places), "words of several requests")
        check(indices == list(range(indices[0], indices[0] + len(indices))), "words apart")
        check(indices[-1] < count, "behind the array")
        kind = values[name]
        expression = functions.get(function) if function else None
        check((function is None) == (kind == "uint16"), f"{name} by {function}")

        def decode(data, kind=kind, expression=expression):
            return result(kind, evaluate(expression, data) if expression else data[0])

        yield Point(name, unit, first + indices[0], kind, host=host, port=port, decode=decode)


def read_codesys(text, _):
    from blark.parse import parse_source_code
    parsed = parse_source_code(text)
    check(parsed.exception is None, f"{parsed.exception}")
    check(text.isascii(), "not ASCII")
    if "MetergateValues" not in text:
        return []
    where = re.search(r"slave: (\S+?)(?: \(.*?\))?, port (\d+)\.", text)
    code = re.sub(r"\(\*.*?\*\)", "", text, flags=re.S)
    check("(*" not in code and "*)" not in code, "comments within comments")
    lists = {name: [int(number) for number in numbers.split(",")] for name, numbers in re.findall(
        r"(unitId|offset|length) : ARRAY \[1\.\.\d+\] OF \w+ := \[([\d, ]+)\];", code)}
    arrays = {}
    for number, last in re.findall(r"channel(\d+) : ARRAY \[0\.\.(\d+)\] OF WORD;", code):
        index = int(number) - 1
        check(lists["length"][index] == int(last) + 1 <= 125, "length")
        arrays[f"MetergateWords.channel{number}"] = (
            lists["unitId"][index], lists["offset"][index], int(last) + 1)
    check(len(arrays) == len(lists["unitId"]), "channels")
    values = {name: CODESYS_TYPES[kind]
              for name, kind in re.findall(r"^  (m_\w+) : (\w+);", code, flags=re.M)}
    assignments = []
    for name, right in re.findall(r"^MetergateValues\.(\w+) := (.*);$", code, flags=re.M):
        call = re.fullmatch(r"(\w+)\((.*)\)", right)
        assignments.append((name, call[1] if call else None, (call[2] if call else right).split(", ")))
    functions = dict(re.findall(
        r"FUNCTION (\w+) : \w+\n.*?(?::=|\() ?(?=SHL)(SHL.*?)\)?;\n", code, flags=re.S))
    functions = {name: balanced(expression) for name, expression in functions.items()}
    return list(points(values, arrays, assignments, functions, where[1], int(where[2])))


def balanced(expression):
    """Without the parenthesis of the conversion around it, if it came along."""
    return expression + ")" if expression.count("(") > expression.count(")") else expression


# --- SCL: every line must be one of these, in blocks of these

SCL_TYPES = {"Real": "float32", "UDInt": "uint32", "LInt": "int64", "Word": "uint16"}
NAME = r"[A-Za-z][A-Za-z0-9_]*"
MEMBER = re.compile(rf"      ({NAME}) : (?:Array\[(\d+)\.\.(\d+)\] of )?(\w+);(?:   //.*)?")
START = re.compile(rf"   (?:{NAME}(?:\.{NAME})*(?:\[\d+\])? := (?:\d+|16#[0-9A-F]+|TRUE);\s?)+(?:  //.*)?")
ASSIGN = re.compile(
    rf'         "MetergateValues"\.({NAME}) := (?:"(Metergate\w+)"\((.*)\)|([^()]+));')
FUNCTION = re.compile(r"   #(Metergate\w+) := (?:\w+_TO_\w+)\((.*)\);")


def scl_blocks(text):
    block, blocks = None, {}
    for line in text.split("\n"):
        if block is None:
            if not line or line.startswith("//"):
                continue
            match = re.fullmatch(r'(DATA_BLOCK|FUNCTION) "(\w+)"(?: : (\w+))?', line)
            check(match and match[2] not in blocks, f"no block begins with {line!r}")
            block = (match[1], match[2], match[3], [])
            continue
        if line == f"END_{block[0]}":
            blocks[block[1]] = block
            block = None
        else:
            block[3].append(line)
    check(block is None, "a block without an end")
    return blocks


def data_block(block):
    lines = block[3]
    check(re.fullmatch(r"\{ S7_Optimized_Access := '(TRUE|FALSE)' \}", lines[0]), lines[0])
    check(lines[1:4] == ["VERSION : 0.1", "NON_RETAIN", "   STRUCT"], str(lines[1:4]))
    end, begin = lines.index("   END_STRUCT;"), lines.index("BEGIN")
    check(begin == end + 1, "BEGIN")
    members = [MEMBER.fullmatch(line) for line in lines[4:end]]
    check(all(members), f"{block[1]}: members")
    for line in lines[begin + 1:]:
        check(START.fullmatch(line), line)
    starts = dict(re.findall(r"(\S+) := (\S+?);", "\n".join(lines[begin + 1:])))
    return members, starts


def read_tia(text, _):
    check(text.isascii(), "not ASCII")
    blocks = scl_blocks(text)
    if not blocks:
        return []
    _, starts = data_block(blocks["MetergateRequests"])
    host = ".".join(starts[f"connection.RemoteAddress.ADDR[{place}]"] for place in range(1, 5))
    arrays = {}
    for member in data_block(blocks["MetergateWords"])[0]:
        number, last = member[1].removeprefix("request"), int(member[3])
        count = int(starts[f"count[{number}]"])
        check(member[2] == "0" and last + 1 == count <= 125, "array")
        arrays[f'"MetergateWords".{member[1]}'] = (
            int(starts[f"unitId[{number}]"]), int(starts[f"first[{number}]"]), count)
    values = {member[1]: SCL_TYPES[member[4]] for member in data_block(blocks["MetergateValues"])[0]}
    functions, assignments, labels = {}, [], []
    for kind, name, _, lines in blocks.values():
        if kind == "DATA_BLOCK":
            continue
        if name != "MetergateUpdate":
            match = FUNCTION.fullmatch(lines[-1])
            check(match and match[1] == name, lines[-1])
            functions[name] = re.sub(r"#|IN := |N := ", "", match[2])
            continue
        body = lines[lines.index("   CASE #request OF") + 1:lines.index("   END_CASE;")]
        for line in body:
            label = re.fullmatch(r"      (\d+):", line)
            match = ASSIGN.fullmatch(line)
            check(label or match, line)
            if label:
                labels.append(label[1])
                continue
            words = re.findall(r'word\d := ("MetergateWords"\.\w+\[\d+\])', match[3] or "")
            words = words or [match[4]]
            check(all(f".request{labels[-1]}[" in word for word in words), "another request's words")
            assignments.append((match[1], match[2], words))
    check(len(labels) == len(arrays), "requests")
    return list(points(values, arrays, assignments, functions, host,
                       int(starts["connection.RemotePort"])))
