package postgres

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ismskit/ismskit/storage"
)

// names gives every fixed statement the text and the name it is prepared under.
// The name comes from the text, so that stores of several schemas on one pool
// don't meet. Safe for concurrent use.
type names struct{ known sync.Map }

type prepared struct{ name, text string }

func (n *names) of(e storage.Engine, st *storage.Statement) prepared {
	if p, ok := n.known.Load(st); ok {
		return p.(prepared)
	}
	text := dollar(sqlOf(e, st))
	h := fnv.New128a()
	h.Write([]byte(text))
	p := prepared{fmt.Sprintf("isms_%x", h.Sum(nil)), text}
	n.known.Store(st, p)
	return p
}

// onConnection is the key under which a connection remembers what is prepared on
// it.
const onConnection = "ismskit.prepared"

func preparedOn(pg *pgconn.PgConn) map[string]*pgconn.StatementDescription {
	m, ok := pg.CustomData()[onConnection].(map[string]*pgconn.StatementDescription)
	if !ok {
		m = map[string]*pgconn.StatementDescription{}
		pg.CustomData()[onConnection] = m
	}
	return m
}

// forget is for a connection that no longer knows what was prepared on it.
func forget(pg *pgconn.PgConn) { delete(pg.CustomData(), onConnection) }

var inBinary = []int16{1}

// asPipeline sends commands without waiting in between. Fixed ones are prepared
// on the connection at their first use, on the way; planning them anew each time
// costs the server more than carrying them out. From then on their columns are known and
// are not described again.
func asPipeline(ctx context.Context, pg *pgconn.PgConn, e storage.Engine, n *names, commands []command) (results []result, err error) {
	on := preparedOn(pg)
	p := pg.StartPipeline(ctx)
	defer func() {
		if cerr := p.Close(); err == nil {
			err = cerr
		}
	}()
	var coming []string // names in the order their descriptions arrive
	for _, c := range commands {
		if c.fixed == nil {
			p.SendQueryParams(c.text, nil, nil, nil, inBinary)
			continue
		}
		values, formats, err := encode(c.args)
		if err != nil {
			return nil, err
		}
		s := n.of(e, c.fixed)
		if known := on[s.name]; known != nil {
			p.SendQueryStatement(known, values, formats, inBinary)
			continue
		}
		if !contains(coming, s.name) {
			p.SendPrepare(s.name, s.text, nil)
			coming = append(coming, s.name)
		}
		p.SendQueryPrepared(s.name, values, formats, inBinary)
	}
	if err := p.Sync(); err != nil {
		return nil, err
	}
	results = make([]result, 0, len(commands))
	for {
		got, err := p.GetResults()
		if err != nil {
			return results, err
		}
		switch got := got.(type) {
		case *pgconn.StatementDescription:
			got.Name = coming[0] // the driver doesn't say it in a pipeline
			on[got.Name], coming = got, coming[1:]
		case *pgconn.ResultReader:
			r, err := read(got)
			if err != nil {
				return results, err
			}
			results = append(results, r)
		case *pgconn.PipelineSync:
			return results, nil
		default:
			return results, errors.New("postgres: pipeline ended early")
		}
	}
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// encode writes values as parameters: bytes in binary, all else as text. All texts
// of a statement lie in one piece of memory.
func encode(args []any) (values [][]byte, formats []int16, err error) {
	values, formats = make([][]byte, len(args)), make([]int16, len(args))
	room := make([]byte, 0, textRoom(args))
	for i, a := range args {
		start := len(room)
		switch v := a.(type) {
		case string:
			room = append(room, v...)
		case []byte:
			values[i], formats[i] = v, 1
			continue
		case int64:
			room = strconv.AppendInt(room, v, 10)
		case int:
			room = strconv.AppendInt(room, int64(v), 10)
		case bool:
			room = strconv.AppendBool(room, v)
		default:
			return nil, nil, fmt.Errorf("postgres: a %T as a value", a)
		}
		values[i] = room[start:len(room):len(room)]
	}
	return values, formats, nil
}

// textRoom is how long values are as text, at most.
func textRoom(args []any) int {
	const number = 20
	n := 0
	for _, a := range args {
		if v, ok := a.(string); ok {
			n += len(v)
		} else {
			n += number
		}
	}
	return n
}
