// A posted form has a part for each control: a request of fifty rows has more than
// the thousand that mime/multipart takes unless told otherwise.
//
//go:debug multipartmaxparts=10000

// Command refserver is a whole ISMS server: the kit, its pages and its REST API
// on one address. Started with nothing else, it holds an invented agency to try
// everything with; started with -empty it is an organisation's own.
//
// It is wiring only. What it does is in the packages beside it and in the SDK.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	collectSeldom()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "refserver:", err)
		os.Exit(1)
	}
}

// run is the whole server, until ctx ends.
func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parseOptions(args, out)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	level := slog.LevelWarn
	if o.verbose {
		level = slog.LevelInfo
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))

	if o.makeAdmin != "" {
		return makeAdmin(ctx, o, out, log)
	}
	if o.audit {
		return audit(ctx, o, out, log)
	}
	if o.bundle.file != "" {
		return bundle(ctx, o, out, log)
	}
	// The address first: a taken one is told before an agency is loaded.
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return err
	}
	if o.url == "" {
		o.url = "http://" + listener.Addr().String()
	}
	k, err := openKept(ctx, o)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	h, err := furnish(ctx, o, k, log)
	if err == nil {
		err = serve(ctx, h, listener, out, log)
	} else {
		err = errors.Join(err, listener.Close())
	}
	return errors.Join(err, k.Close())
}

// bundle writes a bundle instead of serving.
func bundle(ctx context.Context, o options, out io.Writer, log *slog.Logger) error {
	k, err := openKept(ctx, o)
	if err != nil {
		return err
	}
	h, err := furnish(ctx, o, k, log)
	if err == nil {
		err = h.writeBundle(ctx, o, out)
	}
	return errors.Join(err, k.Close())
}
