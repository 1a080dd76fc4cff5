// Verify checks a bundle on a laptop, without the server that made it and without
// the network:
//
//	go run ./examples/verify FILE.zip
//	go run ./examples/verify -checkpoint mailed.note -key isms.example.pub FILE.zip
//
// It prints what holds, what was changed and where, and ends with 1 if something
// doesn't hold, with 2 if it could not be checked.
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
	holds, err := run(os.Args[1:], os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(2)
	case !holds:
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) (holds bool, err error) {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(out)
	lang := flags.String("lang", "zh-TW", "language of the report, zh-TW or en")
	var o evidence.Options
	flags.Func("checkpoint", "file of a checkpoint that was learned earlier; may be given several times", func(name string) error {
		b, err := os.ReadFile(name)
		o.Checkpoints = append(o.Checkpoints, b)
		return err
	})
	flags.Func("key", "file of the public keys that are trusted, one a line; may be given several times", func(name string) error {
		b, err := os.ReadFile(name)
		o.Keys = append(o.Keys, strings.Fields(string(b))...)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return false, err
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return false, errors.New("name one bundle")
	}
	file, err := os.Open(flags.Arg(0))
	if err != nil {
		return false, err
	}
	defer file.Close() // only read
	info, err := file.Stat()
	if err != nil {
		return false, err
	}
	report, err := evidence.VerifyBundle(file, info.Size(), o)
	if err != nil {
		return false, err
	}
	_, err = io.WriteString(out, report.Text(*lang))
	return report.Holds(), err
}
