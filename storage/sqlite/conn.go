package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"modernc.org/sqlite"

	"github.com/ismskit/ismskit/storage"
)

// conn is the driver's connection with the statements prepared on it. The pool drops a
// connection whose reader left in the middle of a read, without telling anybody: the
// statements go with it, for the driver crashes where one outlives its connection.
type conn struct {
	driverConn
	prepared map[*storage.Statement]driver.Stmt
	args     []driver.NamedValue // used again by each statement
}

// driverConn is what the driver's connection can do.
type driverConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.ConnBeginTx
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// Close implements driver.Conn.
func (c *conn) Close() error {
	var errs []error
	for _, st := range c.prepared {
		errs = append(errs, st.Close())
	}
	c.prepared = nil
	return errors.Join(append(errs, c.driverConn.Close())...)
}

// connector opens such connections.
type connector struct{ driver.Connector }

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	dc, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	able, ok := dc.(driverConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("sqlite: driver connection is a %T", dc), dc.Close())
	}
	return &conn{driverConn: able, prepared: map[*storage.Statement]driver.Stmt{}}, nil
}

// openPool opens a pool of them.
func openPool(dsn string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return sql.OpenDB(connector{c}), nil
}
