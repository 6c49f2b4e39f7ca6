"""Reads exported register maps as the tools do that they are for.

read.py ORDER FOLDER [HOST PORT]: files are named by their format. ORDER is that of floats, for formats
that have no place for it. With HOST and PORT each number is read by pymodbus. Prints a line for each
point: format, unit id, register, type, name, value (JSON)."""

import json
import os
import sys

import plc
import tools

READERS = {
    "table": tools.read_table, "csv": tools.read_csv, "tsv": tools.read_tsv, "json": tools.read_json,
    "telegraf": tools.read_telegraf, "homeassistant": tools.read_homeassistant,
    "nodered": tools.read_nodered, "iobroker": tools.read_iobroker, "codesys": plc.read_codesys,
    "tia": plc.read_tia,
}


class Poller:
    def __init__(self):
        self.clients = {}

    def read(self, host, port, point):
        from pymodbus.client import ModbusTcpClient
        if (host, port) not in self.clients:
            client = ModbusTcpClient(host, port=port, retries=0, timeout=5)
            assert client.connect()
            self.clients[host, port] = client
        answer = self.clients[host, port].read_holding_registers(
            point.register, count=point.width, device_id=point.unit)
        assert not answer.isError(), (point, answer)
        return point.value(answer.registers)


def main(order, folder, host=None, port=None):
    poller = Poller()
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
            text = file.read()
        for point in READERS[name](text, order):
            value = None
            if host:
                value = poller.read(point.host or host, point.port or int(port), point)
            print(json.dumps([name, point.unit, point.register, point.type, point.name, value]))


main(*sys.argv[1:])
