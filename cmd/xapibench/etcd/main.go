// Command etcd is the peer of the fail-over measurement: etcd as its authors
// ship it, built from its module. It has a module of its own, so that nothing
// else depends on it.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
