package postgrestest

import (
	"crypto/rand"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/storage/postgres"
)

// Copies are stores that each begin as a copy of one that was filled once, which is quicker
// than to fill each. The zero value is ready; it is for one process and safe for concurrent use.
type Copies struct {
	mu       sync.Mutex
	original string // its database; "" until it is filled
}

// Open opens a store in a database of its own with what fill put into the first. It is closed and
// its database dropped when the test ends. The server that ISMSKIT_TEST_POSTGRES names outlives
// the process, and with it would the original: there each store is filled.
func (c *Copies) Open(t testing.TB, opts postgres.Options, fill func(*postgres.Store)) *postgres.Store {
	t.Helper()
	dsn := Server(t)
	if os.Getenv("ISMSKIT_TEST_POSTGRES") != "" {
		s := Open(t, opts)
		fill(s)
		return s
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.original == "" {
		name := "ismskit_" + strings.ToLower(rand.Text())
		admin(t, dsn, "CREATE DATABASE "+name)
		s, err := postgres.Connect(t.Context(), withDatabase(t, dsn, name), opts)
		if err != nil {
			t.Fatal(err)
		}
		filled := false
		defer func() {
			if filled {
				return
			}
			if err := s.Close(); err != nil { // fill ended the test
				t.Error(err)
			}
		}()
		fill(s)
		filled = true
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		c.original = name
	}
	name := "ismskit_" + strings.ToLower(rand.Text())
	admin(t, dsn, "CREATE DATABASE "+name+" TEMPLATE "+c.original)
	t.Cleanup(func() { admin(t, dsn, "DROP DATABASE "+name+" WITH (FORCE)") })
	s, err := postgres.Connect(t.Context(), withDatabase(t, dsn, name), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
