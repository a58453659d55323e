package xapitest

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// The ports that FreePort chooses from: below those that the kernel gives to
// outgoing connections, of which one might take the port before it is used.
const (
	lowestPort  = 20000
	highestPort = 32000
)

// given are the ports that FreePort has found, so that tests which run at the
// same time do not find one port twice before it is used.
var given sync.Map

// FreePort finds a port that is free at all of the addresses: members of a pool
// share one. It finds none twice.
func FreePort(addresses ...string) (string, error) {
	for range 1000 {
		port := strconv.Itoa(lowestPort + rand.IntN(highestPort-lowestPort))
		if _, twice := given.LoadOrStore(port, true); !twice && free(port, addresses) {
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
