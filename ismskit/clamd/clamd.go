// Package clamd asks a ClamAV daemon about uploads. Its Scanner is an ismskit.Scanner.
//
// The file is sent over the connection (INSTREAM), so that the daemon may run anywhere and
// needs to read none of the server's folders. The daemon's own StreamMaxLength must be at
// least the server's largest upload: what it will not take is not scanned, and so not
// kept.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// Scanner asks the daemon at Address. It is safe for concurrent use.
type Scanner struct {
	Address  string        // host:port, or unix:/path of its socket
	Patience time.Duration // for one file, from connecting to the answer; a minute where 0
}

var _ ismskit.Scanner = Scanner{}

// ErrSize: the daemon takes no file as large as this one.
var ErrSize = errors.New("clamd: the file is larger than the daemon's StreamMaxLength")

const (
	usualPatience = time.Minute
	chunk         = 64 << 10
	longestAnswer = 4096
)

// Check says what is wrong with an address, nil for one that can be asked.
func Check(address string) error {
	network, at := place(address)
	if network == "unix" {
		if at == "" {
			return errors.New("clamd: an address of unix names no path")
		}
		return nil
	}
	host, port, err := net.SplitHostPort(at)
	if err == nil && (host == "" || port == "") {
		err = fmt.Errorf("clamd: %q is no address like 127.0.0.1:3310", address)
	}
	return err
}

func place(address string) (network, at string) {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		return "unix", path
	}
	return "tcp", address
}

// Scan sends a file and returns what was found in it, "" for nothing.
func (s Scanner) Scan(ctx context.Context, r io.Reader) (found string, err error) {
	patience := s.Patience
	if patience <= 0 {
		patience = usualPatience
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	network, at := place(s.Address)
	conn, err := new(net.Dialer).DialContext(ctx, network, at)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	// Closing it is what ends a read or write that waits when the time is over.
	closed := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() { closed <- conn.Close() })
	defer func() {
		if stop() {
			closed <- conn.Close()
		}
		err = errors.Join(err, <-closed)
	}()
	broken := send(conn, r)
	if errors.Is(broken, errSource) {
		return "", broken
	}
	// A daemon that has heard enough answers and hangs up while we still send.
	answer, err := bufio.NewReader(io.LimitReader(conn, longestAnswer)).ReadString(0)
	answer = strings.TrimSuffix(answer, "\x00")
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("clamd: no answer: %w", ctx.Err())
	case answer == "" && broken != nil:
		return "", fmt.Errorf("clamd: %w", broken)
	case err != nil:
		return "", fmt.Errorf("clamd: the answer broke off: %w", err)
	}
	return meaning(answer)
}

var errSource = errors.New("clamd: the file cannot be read")

// send writes the command and the file in chunks, each behind its length, and a length of
// zero for the end.
func send(w io.Writer, r io.Reader) error {
	if _, err := io.WriteString(w, "zINSTREAM\x00"); err != nil {
		return err
	}
	b := make([]byte, 4+chunk)
	for {
		n, err := io.ReadFull(r, b[4:])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return fmt.Errorf("%w: %w", errSource, err)
		}
		binary.BigEndian.PutUint32(b, uint32(n))
		if _, err := w.Write(b[:4+n]); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}

// meaning reads "stream: OK", "stream: NAME FOUND" or what went wrong.
func meaning(answer string) (found string, err error) {
	answer = strings.TrimSpace(answer)
	said := strings.TrimPrefix(answer, "stream: ")
	if said == "OK" {
		return "", nil
	}
	if name, ok := strings.CutSuffix(said, " FOUND"); ok && name != "" {
		return name, nil
	}
	if strings.HasPrefix(said, "INSTREAM size limit exceeded") {
		return "", ErrSize
	}
	return "", fmt.Errorf("clamd: answered %q", answer)
}
