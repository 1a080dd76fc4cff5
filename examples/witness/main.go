// Witness is a small program for a machine that the server's administrators can't reach, such
// as the audit unit's: it signs the server's checkpoints beside it, and never one that does not
// go on from the last it saw.
//
//	go run ./examples/witness -house isms.example.pub -data audit
//
// A folder that lost its last checkpoint begins anew with whatever comes first: keep it, and what
// it prints, as the evidence they are.
//
// The folder holds its key, made at the first start under -name, and the last checkpoint. It
// prints its public key, which the server is started with (-checkpoint-cosigner,
// -checkpoint-cosigner-key) and auditors check with (examples/verify -witness).
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/witness"
	"github.com/ismskit/ismskit/refserver/cosign"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "witness:", err)
		os.Exit(1)
	}
}

// run is the witness, until ctx ends.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("witness", flag.ContinueOnError)
	flags.SetOutput(out)
	addr := flags.String("addr", "127.0.0.1:8090", "`address` to listen on; port 0 picks a free one")
	house := flags.String("house", "", "`file` of the server's public key, as the page of checkpoints shows it")
	data := flags.String("data", "witness-data", "`folder` of its key and the last checkpoint")
	name := flags.String("name", "witness", "`name` of a new key")
	if err := flags.Parse(args); err != nil {
		return err
	}
	public, err := os.ReadFile(*house)
	if err != nil {
		return fmt.Errorf("-house: %w", err)
	}
	c, verifier, err := open(*data, *name, strings.TrimSpace(string(public)))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	server := &http.Server{Handler: cosign.Handler{Cosigner: c, Log: log}, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	if _, err := fmt.Fprintf(out, "http://%s\n%s\n", listener.Addr(), verifier); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return server.Shutdown(context.WithoutCancel(ctx))
	}
}

// open is the cosigner of a folder, which goes on from the checkpoint that it kept last.
func open(folder, name, house string) (c *witness.Cosigner, verifier string, err error) {
	if _, err := evidence.OpenNote(nil, house); errors.Is(err, evidence.ErrKey) {
		return nil, "", fmt.Errorf("-house: %w", err)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, "", err
	}
	key, err := openKey(filepath.Join(folder, "witness.key"), name)
	if err != nil {
		return nil, "", err
	}
	last, path := evidence.Checkpoint{}, filepath.Join(folder, "last.note")
	switch kept, err := os.ReadFile(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, "", err
	default:
		// Its own signature holds too: what somebody else put there is no history to go on from.
		if _, err := evidence.OpenNote(kept, key.Verifier()); err != nil {
			return nil, "", fmt.Errorf("%s: %w", path, err)
		}
		if last, err = evidence.OpenCheckpoint(kept, house); err != nil {
			return nil, "", fmt.Errorf("%s: %w", path, err)
		}
	}
	c = witness.NewCosigner(key, house, last)
	c.Keep = func(signed []byte) error { return replace(path, signed) }
	return c, key.Verifier(), nil
}

// openKey reads the key, or makes it.
func openKey(path, name string) (evidence.Key, error) {
	secret, err := os.ReadFile(path)
	if err == nil {
		return evidence.ParseKey(strings.TrimSpace(string(secret)))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return evidence.Key{}, err
	}
	key, err := evidence.NewKey(name, rand.Reader)
	if err != nil {
		return evidence.Key{}, err
	}
	return key, replace(path, []byte(key.Secret()+"\n"))
}

// replace writes a file so that it is whole whenever the machine stops.
func replace(path string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*") // its owner's alone
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	if runtime.GOOS == "windows" {
		return nil // where a folder can't be synced, and a name is written with the file
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
