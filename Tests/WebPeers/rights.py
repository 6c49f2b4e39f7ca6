"""Each operation of GET /api/v1/openapi.json against callers with a single right: whoever lacks it gets 403, and nobody
else does. What an operation needs is said in its description, so that this table is that of the document.

usage: rights.py METERGATE"""

import re
import sys

from gateway import TABS, Gateway

# What needs no tab: the stream and the check of settings give what the rights let through, the list of settings is that
# of the tabs that may be seen.
BY_CONTENT = {"getEvents", "getSettings", "getStatus", "postSettingsCheck"}
# Nobody needs to be known for them.
OPEN = {"getSession", "postSession", "getOpenapiJson"}
# Whoever does more than look does it to the list or the files; these end the process, and are tried by who may not only.
ENDING = {"postServiceRestart", "postServiceReset"}
# Bodies that are understood and refused or without effect, where the right goes by what is in them.
BODIES = {"postServiceReset": {"confirm": "not the name of the device"},
          "putSettings": {"hash": "", "changes": {"SOLVIMUS.METER_TIME": "61"}}}


def needed(operation):
    """The tabs and rights that the description of an operation names: [("Service", "write"), …]."""
    text = operation.get("description", "")
    found = re.match(r"Needs the rights? ([^.;]*)", text)
    if not found or "of the tab" in text:
        return []
    words = re.findall(r"\w+", found.group(1))
    right = "write" if "write" in words else "read"
    pairs = [(word, right) for word in words if word in TABS]
    if "for each part" in text:
        pairs += [(tab, "write") for tab in ("User", "Security", "Meter", "Configuration")]
    return pairs


def tokens():
    """For each tab a caller that may only see it, one that may change it, one that may change all others, and one that
    may see it and change all others."""
    made = {"nothing": ("NONE", "NONE")}
    for tab in TABS:
        others = ",".join(one for one in TABS if one != tab)
        made[f"only-{tab}"] = ("NONE", tab)
        made[f"not-{tab}"] = ("NONE", others)
        made[f"see-{tab}"] = (tab, others)
    return made


def main():
    problems = []
    count = 0
    every = tokens()
    # The file has room for 32 tokens.
    assert len(every) <= 32, "more tokens than there may be"
    with Gateway(sys.argv[1], tokens={**every, "boss": ("ALL", "ALL")}) as gateway:
        document = gateway.read("/api/v1/openapi.json", token=None)

        def ask(method, path, operation, token):
            body = BODIES.get(operation["operationId"], {} if "requestBody" in operation else None)
            path = re.sub(r"\{[^}]*\}", "1", path)
            # Without them the rights depend on what is in the archive.
            if operation["operationId"] == "postConfigImport":
                path += "?parts=certificates,device,network,name,meters,users"
            return gateway.ask(method.upper(), path, body, token)[0]

        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                name = operation["operationId"]
                if name in OPEN | BY_CONTENT or operation.get("security") == [{"session": []}]:
                    continue
                pairs = [("Configuration", "write")] if name == "putSettings" else needed(operation)
                if not pairs:
                    problems.append(f"{name}: its description does not say which right it needs")
                    continue
                refused = ["nothing"] + [f"not-{tab}" for tab, _ in pairs]
                refused += [f"see-{tab}" for tab, right in pairs if right == "write"]
                for caller in refused:
                    count += 1
                    status = ask(method, path, operation, caller)
                    if status != 403:
                        problems.append(f"{name}: {caller} gets {status}, not 403")
                status = ask(method, path, operation, None)
                if status != 401:
                    problems.append(f"{name}: nobody gets {status}, not 401")
                if name in ENDING:
                    continue
                # Whoever has the right is let in: with one right, its tab's; with several, all.
                caller = f"only-{pairs[0][0]}" if len(pairs) == 1 else "boss"
                count += 2
                status = ask(method, path, operation, caller)
                if status in (401, 403):
                    problems.append(f"{name}: {caller} gets {status}")
    print(f"{count} requests")
    if count < 150:
        problems.append(f"{count} requests are fewer than there are operations and rights")
    if problems:
        print("\n".join(problems), file=sys.stderr)
        sys.exit(1)


main()
