//go:build unix

package postgrestest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// instance is a server in a folder of its own. It listens on a socket in that
// folder only, so no port is taken and nobody else's server is met.
type instance struct {
	bin, dir, dsn string
	as            *syscall.SysProcAttr
	// alive is held for as long as the process lives; what waits at its other end
	// then stops the server.
	alive io.WriteCloser
	cmd   *exec.Cmd
}

// start makes and starts a server.
func start() (_ *instance, err error) {
	i := &instance{}
	if i.bin, err = programs(); err != nil {
		return nil, err
	}
	if i.as, err = account(); err != nil {
		return nil, err
	}
	if i.dir, err = os.MkdirTemp("", "isms-pg-"); err != nil {
		return nil, err
	}
	i.dsn = "host=" + i.dir + " user=postgres sslmode=disable"
	if i.as != nil {
		err = os.Chown(i.dir, int(i.as.Credential.Uid), int(i.as.Credential.Gid))
	}
	if err == nil {
		err = i.initdb()
	}
	if err == nil {
		err = i.serve()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(i.dir))
	}
	return i, ready(i.dsn)
}

// programs finds the newest installed server.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		found = append(found, p)
	}
	if len(found) == 0 {
		return "", errors.New("initdb is not installed and ISMSKIT_TEST_POSTGRES is not set")
	}
	version := func(p string) int {
		n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(p))))
		if err != nil {
			return 0 // not in a folder named after its version
		}
		return n
	}
	slices.SortStableFunc(found, func(a, b string) int { return version(b) - version(a) })
	return filepath.Dir(found[0]), nil
}

// account: PostgreSQL refuses to run as root; then the user postgres runs it.
func account() (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("running as root: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// initdb makes the data folder. The databases sort as Taiwanese readers expect,
// so that code which relies on byte order without saying so is found out.
func (i *instance) initdb() error {
	cmd := exec.Command(filepath.Join(i.bin, "initdb"), "-D", filepath.Join(i.dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8",
		"--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh-Hant-TW", "--no-sync")
	cmd.Dir, cmd.SysProcAttr = i.dir, i.as
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

// keepFolder is what the shell is told when the server is to be started again.
const keepFolder = "keep"

// serve starts the server under a shell that waits for a word, or for the test process
// to end, in whatever way; then it stops the server and, unless told to keep it,
// removes its folder.
func (i *instance) serve() (err error) {
	const script = `"$1/postgres" -D "$2/data" -k "$2" -c fsync=$3 -c listen_addresses= -c max_connections=300 -c shared_buffers=128MB >>"$2/log" 2>&1 &
pid=$!
read -r word
kill -INT $pid
wait $pid
[ "$word" = "$4" ] || rm -rf "$2"`
	cmd := exec.Command("/bin/sh", "-c", script, "sh", i.bin, i.dir, durable(), keepFolder)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt meant for the tests is not meant for it
	if i.as != nil {
		cmd.SysProcAttr.Credential = i.as.Credential
	}
	if i.alive, err = cmd.StdinPipe(); err != nil {
		return err
	}
	i.cmd = cmd
	return cmd.Start()
}

// stop ends the server as a restart of its machine does: what is under way is cut off.
func (i *instance) stop(word string) error {
	_, err := io.WriteString(i.alive, word+"\n")
	return errors.Join(err, i.cmd.Wait())
}

func (i *instance) startAgain() error {
	if err := i.serve(); err != nil {
		return err
	}
	return ready(i.dsn)
}

// durable: figures are taken with the disk's part in them. Tests kill their own
// processes, never the machine, so they lose nothing without it.
func durable() string {
	if f := flag.Lookup("test.bench"); f != nil && f.Value.String() != "" {
		return "on"
	}
	return "off"
}

// ready waits until the server answers.
func ready(dsn string) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		conn, err := pgx.Connect(ctx, dsn)
		if err == nil {
			err = conn.Close(ctx)
		}
		cancel()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		if !strings.Contains(err.Error(), "connect") && !strings.Contains(err.Error(), "starting up") {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
