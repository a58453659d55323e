// Command xe is the command line of XenServer and of xapid. It knows no
// commands: it ships its arguments to the server and does what that says.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

const usage = `Usage:
  xe <command>
    [ -s <server> ]            XenServer host (127.0.0.1)
    [ -p <port> ]              XenServer port number (443)
    [ -u <username> -pw <password> | -pwf <password file> ]
                               User authentication (password file)
    [ --nossl ]                Disable SSL/TLS
    [ --debug ]                Enable debug output
    [ --traceparent <value> ]  Distributed tracing context
    [ <other arguments> ... ]  Command-specific options

To get help on a specific command:
  xe help <command>
To get a full listing of commands:
  xe help --all
`

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the whole program; it gives its exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if done, err := completion(args, stdout); done {
		if err != nil {
			fmt.Fprintln(stderr, err)
			return 1
		}
		return 0
	}
	o, err := parse(args, os.Getenv, os.ReadFile)
	switch {
	case errors.Is(err, errUsage):
		_, _ = io.WriteString(stderr, usage)
		return 0
	case errors.Is(err, errVersion):
		fmt.Fprintln(stdout, "ThinCLI protocol: 0.2")
		return 0
	case err != nil:
		fmt.Fprintln(stderr, err)
		return 1
	}
	s := &session{options: o, stdin: stdin, stdout: stdout, stderr: stderr}
	status, err := s.run()
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return status
}
