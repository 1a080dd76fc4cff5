// Verify checks a bundle on a laptop, without the server that made it and without
// the network:
//
//	go run ./examples/verify FILE.zip
//	go run ./examples/verify -checkpoint mailed.note -key isms.example.pub FILE.zip
//
// It prints what holds, what was changed and where. How it ends says the same:
//
//	0  all holds, and the key that signed is vouched for by -key or -checkpoint
//	1  something doesn't hold
//	2  nothing was found, but nobody vouches for the key that signed: anybody can
//	   make a bundle that gets as far
//	3  it could not be checked
//	4  all contents hold and the key is vouched for, but the bundle was packed again
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

func main() {
	result, err := run(os.Args[1:], os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "verify:", err)
	}
	os.Exit(exitCode(result, err))
}

func exitCode(result evidence.Result, err error) int {
	switch {
	case err != nil:
		return 3
	case result == evidence.Holding:
		return 0
	case result == evidence.Unvouched:
		return 2
	case result == evidence.Repacked:
		return 4
	}
	return 1
}

func run(args []string, out io.Writer) (evidence.Result, error) {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(out)
	lang := flags.String("lang", "zh-TW", "language of the report, zh-TW or en")
	var o evidence.Options
	flags.Func("checkpoint", "file of a checkpoint that was learned earlier; may be given several times", func(name string) error {
		b, err := os.ReadFile(name)
		o.Checkpoints = append(o.Checkpoints, b)
		return err
	})
	keys := func(to *[]string) func(string) error {
		return func(name string) error {
			b, err := os.ReadFile(name)
			*to = append(*to, strings.Fields(string(b))...)
			return err
		}
	}
	flags.Func("key", "file of the house's public key, one a line, as the house itself has given it out; may be given several times", keys(&o.Keys))
	flags.Func("witness", "file of the public keys of witnesses, who sign checkpoints beside the house; may be given several times", keys(&o.Witnesses))
	if err := flags.Parse(args); err != nil {
		return "", err
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return "", errors.New("name one bundle")
	}
	file, err := os.Open(flags.Arg(0))
	if err != nil {
		return "", err
	}
	defer file.Close() // only read
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	report, err := evidence.VerifyBundle(file, info.Size(), o)
	if err != nil {
		return "", err
	}
	_, err = io.WriteString(out, report.Text(*lang))
	return report.Result(), err
}
