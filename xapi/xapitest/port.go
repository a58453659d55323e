package xapitest

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
)

// The ports that FreePort chooses from: below those that the kernel gives to
// outgoing connections, of which one might take the port before it is used.
const (
	lowestPort  = 20000
	highestPort = 32000
)

// FreePort finds a port that is free at all of the addresses: members of a pool
// share one.
func FreePort(addresses ...string) (string, error) {
	for range 100 {
		port := strconv.Itoa(lowestPort + rand.IntN(highestPort-lowestPort))
		if free(port, addresses) {
			return port, nil
		}
	}
	return "", errors.New("no port is free")
}

func free(port string, addresses []string) bool {
	for _, a := range addresses {
		l, err := net.Listen("tcp", net.JoinHostPort(a, port))
		if err != nil {
			return false
		}
		if l.Close() != nil {
			return false
		}
	}
	return true
}
