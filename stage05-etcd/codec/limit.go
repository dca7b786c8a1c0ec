package codec

import (
	"bufio"
	"errors"
	"io"
	"reflect"
	"runtime"
)

// ErrTooLarge says that a peer has sent, or announced, more than it may.
var ErrTooLarge = errors.New("message too large")

// limited reads gob messages, and refuses one that announces more than max bytes. gob
// itself would allocate 10 MiB before the first byte has come, and for a map within a
// message as much as it claims to hold; see value.check. Nor does gob see a message of more
// than atOnce bytes before all of it has come: two thousand peers that announced a
// mebibyte each, and sent nothing of it, took two gigabytes.
type limited struct {
	conn  io.Reader
	buf   *bufio.Reader
	max   uint64
	left  uint64   // bytes of the current message that have not been read yet
	types uint64   // bytes of the messages that defined types
	whole [][]byte // the pieces of what is left of the current message, if all of it has been read

	defined map[uint64]shape // the types that the peer has defined, by id
	into    reflect.Type     // what the value is read into; nil if it is ignored
	plans   map[pair]planned // for the values that have come
	latest  [2]found         // the latest plans

	together int // messages in a row that came with the one before them
}

func newLimited(r io.Reader, max int64) *limited {
	return &limited{conn: r, buf: bufio.NewReader(r), max: uint64(max), defined: make(map[uint64]shape), plans: make(map[pair]planned)}
}

// Read reads at most to the end of the current message. It fails with ErrTooLarge at the
// beginning of a message that is too large.
func (l *limited) Read(p []byte) (int, error) {
	if l.left == 0 {
		l.yield()
		err := l.next()
		if err == nil {
			err = l.checkTypes()
		}
		if err == nil && l.left > atOnce && len(l.whole) == 0 {
			err = l.readWhole()
		}
		if err != nil {
			l.left, l.whole = 0, nil
			return 0, err
		}
	}
	var n int
	var err error
	if len(l.whole) > 0 {
		n = copy(p, l.whole[0])
		if l.whole[0] = l.whole[0][n:]; len(l.whole[0]) == 0 {
			l.whole[0], l.whole = nil, l.whole[1:]
		}
	} else {
		n, err = l.buf.Read(p[:min(uint64(len(p)), l.left)])
	}
	l.left -= uint64(n)
	return n, err
}

// atOnce is how many bytes gob may make room for before they have come. A message of 64 KiB
// needs no other copy.
const atOnce = 2 * smallBuffer

// readWhole reads the current message, for gob to read from memory. It makes room for
// atOnce bytes at a time.
func (l *limited) readWhole() error {
	for left := l.left; left > 0; {
		piece := make([]byte, min(left, atOnce))
		if _, err := io.ReadFull(l.buf, piece); err != nil {
			return err
		}
		l.whole = append(l.whole, piece)
		left -= uint64(len(piece))
	}
	return nil
}

// ReadByte reads one byte. Because limited has it, gob adds no buffer of its own.
func (l *limited) ReadByte() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(l, b[:])
	return b[0], err
}

// next peeks at the length that begins every message, and sets left to the bytes of the
// length and the message. The length is one byte below 128, or a byte that holds the
// negated number of the bytes that follow it, the highest first. next fails with
// ErrTooLarge if the length exceeds max or takes more than eight bytes, and with the
// reader's error if there is no length. From the first message on that is larger than the
// buffer, a buffer of smallBuffer bytes takes in several with one read; see
// BenchmarkSizesInOneProcess in ../client. A message of which it would not hold two is no
// reason for it: the smaller buffer lets it pass without another copy.
func (l *limited) next() error {
	head, err := l.buf.Peek(1)
	if err != nil {
		return err
	}
	size, length := 1, uint64(head[0])
	if length >= 128 {
		if size += 256 - int(length); size > 9 {
			return ErrTooLarge
		}
		if head, err = l.buf.Peek(size); err != nil {
			return err
		}
		length = 0
		for _, b := range head[1:] {
			length = length<<8 | uint64(b)
		}
	}
	if length > l.max {
		return ErrTooLarge
	}
	if length > uint64(l.buf.Size()) && length <= smallBuffer/2 && l.buf.Size() < smallBuffer {
		l.buf = bufio.NewReaderSize(l.buf, smallBuffer) // takes over what the small one holds
	}
	l.left = uint64(size) + length
	return nil
}

// yield lets other goroutines run before a read if the read before has brought more than
// one request or reply; each is two messages, a header and a body. So more has come by
// then, and fewer reads find nothing and put a processor to sleep. See
// BenchmarkInOneProcess64Callers in ../client.
func (l *limited) yield() {
	if l.buf.Buffered() > 0 {
		l.together++
		return
	}
	if l.together > 1 {
		runtime.Gosched()
	}
	l.together = 0
}
