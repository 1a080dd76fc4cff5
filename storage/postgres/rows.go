package postgres

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/ismskit/ismskit/storage"
	"github.com/ismskit/ismskit/storage/internal/cells"
)

// result is the rows that a command gives back.
type result [][]any

func (r result) rows() storage.Rows { return cells.New(r) }

// read takes the rows of one command to its end. What the driver holds of a row is only
// good until the next, so each value is copied, once.
func read(from *pgconn.ResultReader) (result, error) {
	var rows result
	var unreadable error
	for from.NextRow() {
		row, err := readRow(from.FieldDescriptions(), from.Values())
		unreadable = errors.Join(unreadable, err)
		rows = append(rows, row)
	}
	if _, err := from.Close(); err != nil {
		return nil, err
	}
	return rows, unreadable
}

func readRow(columns []pgconn.FieldDescription, values [][]byte) ([]any, error) {
	row := make([]any, len(values))
	for i, b := range values {
		if b == nil {
			continue
		}
		read := textCell
		if columns[i].Format == 1 {
			read = binaryCell
		}
		v, err := read(b, columns[i].DataTypeOID)
		if err != nil {
			return nil, fmt.Errorf("postgres: column %s: %w", columns[i].Name, err)
		}
		row[i] = v
	}
	return row, nil
}

var errWidth = errors.New("a number of unexpected width")

func binaryCell(b []byte, oid uint32) (any, error) {
	switch oid {
	case pgtype.Int8OID:
		if len(b) != 8 {
			return nil, errWidth
		}
		return int64(binary.BigEndian.Uint64(b)), nil
	case pgtype.Int4OID:
		if len(b) != 4 {
			return nil, errWidth
		}
		return int64(int32(binary.BigEndian.Uint32(b))), nil
	case pgtype.BoolOID:
		return len(b) == 1 && b[0] == 1, nil
	case pgtype.ByteaOID:
		return bytes.Clone(b), nil
	}
	return string(b), nil
}

func textCell(b []byte, oid uint32) (any, error) {
	switch oid {
	case pgtype.Int8OID, pgtype.Int4OID:
		return strconv.ParseInt(string(b), 10, 64)
	case pgtype.BoolOID:
		return string(b) == "t", nil
	case pgtype.ByteaOID:
		digits, ok := strings.CutPrefix(string(b), `\x`)
		if !ok {
			return nil, errors.New("bytea_output is not hex")
		}
		return hex.DecodeString(digits)
	}
	return string(b), nil
}
