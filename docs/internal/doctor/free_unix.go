//go:build unix

package doctor

import "golang.org/x/sys/unix"

// tempVariable names the folder for temporary files.
const tempVariable = "TMPDIR"

// free is what a user may fill, not what is left for root.
func free(dir string) (uint64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return uint64(st.Bavail) * uint64(st.Bsize), nil
}
