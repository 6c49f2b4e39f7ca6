/* Reads registers with libmodbus. Usage: client PORT UNIT START COUNT [FLOAT]
   Prints the registers in hexadecimal, and those from FLOAT on as a float in all four orders. */
#include <errno.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **argument)
{
    if (count < 5)
        return 64;
    int quantity = atoi(argument[4]);
    uint16_t registers[MODBUS_MAX_READ_REGISTERS];
    modbus_t *context = modbus_new_tcp("127.0.0.1", atoi(argument[1]));
    if (!context || modbus_set_slave(context, atoi(argument[2])) != 0 || modbus_connect(context) != 0)
        return 1;
    if (modbus_read_registers(context, atoi(argument[3]), quantity, registers) != quantity) {
        printf("%s\n", modbus_strerror(errno));
        return 2;
    }
    for (int index = 0; index < quantity; index++)
        printf("%04X%c", registers[index], index + 1 < quantity ? ' ' : '\n');
    int place = count > 5 ? atoi(argument[5]) : -1;
    if (place >= 0 && place + 1 < quantity) {
        printf("abcd %.4f\n", modbus_get_float_abcd(registers + place));
        printf("badc %.4f\n", modbus_get_float_badc(registers + place));
        printf("cdab %.4f\n", modbus_get_float_cdab(registers + place));
        printf("dcba %.4f\n", modbus_get_float_dcba(registers + place));
    }
    modbus_close(context);
    modbus_free(context);
    return 0;
}
