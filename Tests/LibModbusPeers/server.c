/* A Modbus TCP server as one writes it with libmodbus: select, receive, reply. Its registers are the test
   data of MUC500 manual 1.1, table 36. Prints "ready: modbus=127.0.0.1:PORT". */
#include <arpa/inet.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

static const uint16_t table36[] = {
    0xD080, 0x0DC1, 0x0002, 0x0084, 0x5CE5, 0x5EAC, 0x0000, 0x0100, 0x0000, 0x0000,
    0x00BC, 0x614E, 0x0443, 0x0102, 0x5CE5, 0x5EAC, 0x0000, 0x0200, 0x0000, 0x0000,
    0x0000, 0x0000, 0x00BC, 0x614E, 0x449A, 0x522B, 0xFFFC, 0x0005, 0x5CE5, 0x5EAC,
};
enum { registers = sizeof table36 / sizeof *table36 };

static int announce(int listener)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        return -1;
    printf("ready: modbus=127.0.0.1:%d\n", ntohs(address.sin_port));
    return fflush(stdout);
}

/* One request of one client; 0 when the client has gone. */
static int serve(modbus_t *context, modbus_mapping_t *mapping, int client)
{
    uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
    modbus_set_socket(context, client);
    int length = modbus_receive(context, request);
    if (length < 0)
        return 0;
    if (length > 0)
        modbus_reply(context, request, length, mapping);
    return 1;
}

int main(void)
{
    modbus_t *context = modbus_new_tcp("127.0.0.1", 0);
    modbus_mapping_t *mapping = modbus_mapping_new(0, 0, registers, 0);
    int listener = context ? modbus_tcp_listen(context, 128) : -1;
    if (!mapping || listener < 0 || announce(listener) != 0)
        return 1;
    memcpy(mapping->tab_registers, table36, sizeof table36);

    fd_set all;
    FD_ZERO(&all);
    FD_SET(listener, &all);
    int last = listener;
    for (;;) {
        fd_set ready = all;
        if (select(last + 1, &ready, NULL, NULL, NULL) < 0)
            return 1;
        for (int descriptor = 0; descriptor <= last; descriptor++) {
            if (!FD_ISSET(descriptor, &ready))
                continue;
            if (descriptor == listener) {
                int client = accept(listener, NULL, NULL);
                if (client < 0 || client >= FD_SETSIZE)
                    continue;
                FD_SET(client, &all);
                if (client > last)
                    last = client;
            } else if (!serve(context, mapping, descriptor)) {
                close(descriptor);
                FD_CLR(descriptor, &all);
            }
        }
    }
}
