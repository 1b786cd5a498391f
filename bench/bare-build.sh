#!/bin/sh
# What a build is measured against: the programs that the server runs, with the options that it gives them, and nothing
# around them: no server, no database, no confinement. Keeps what the server must keep, the disk and the root filesystem as
# an archive, hashed and on stable storage, and prints how many milliseconds each part took.
#
#   bare-build.sh CONTEXT.tar DOCKERFILE overlay|vfs EMPTY-FOLDER
set -eu
context=$1 dockerfile=$2 driver=$3 dir=$4
MIB=1048576
DISK_TIME=1577836800

export LC_ALL=C TZ=UTC TMPDIR="$dir/tmp" CONTAINERS_STORAGE_CONF="$dir/storage.conf"
mkdir "$dir/context" "$dir/tmp"
: >"$dir/ignore-nothing"
printf '[storage]\ndriver = "%s"\ngraphroot = "%s/storage"\nrunroot = "%s/run"\n' "$driver" "$dir" "$dir" \
  >"$dir/storage.conf"

now() { echo $(($(date +%s%N) / 1000000)); }
began=$(now)
# Tells how long it is since the last time.
told() {
  ended=$(now)
  echo "$1 $((ended - began))"
  began=$ended
}

unpack() {
  sha256sum "$context"
  tar --extract --preserve-permissions --no-same-owner --directory "$dir/context" --file "$context"
}

build() {
  buildah build --isolation chroot --layers --force-rm --pull-never --no-hosts --timestamp 315532800 \
    --iidfile "$dir/image-id" --file "$dockerfile" --ignorefile "$dir/ignore-nothing" --dns=none "$dir/context"
}

# For builds that begin with this one.
keep_root() {
  buildah push --quiet --compression-format zstd "$1" "oci:$dir/archive"
  tar --create --file="$dir/root.tar" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
    --mode=u=rwX,go=rX --directory="$dir/archive" --remove-files .
}

# In the root filesystem. All that a disk says of itself and of its time is fixed.
make_disk() {
  export SOURCE_DATE_EPOCH=$DISK_TIME E2FSPROGS_FAKE_TIME=$DISK_TIME
  export MKE2FS_CONFIG=/dev/null MTOOLSRC=/dev/null MTOOLS_SKIP_CHECK=1
  measure_tree
  fill_root
  fill_boot
  qemu-img convert -f raw -O qcow2 -c -o compat=1.1,cluster_size=65536,lazy_refcounts=off "$disk" "$dir/disk.qcow2"
  rm "$disk"
}

# How large the disk is to be: the tree, and room to work in.
measure_tree() {
  allocated=$(du -sx -B1 . | cut -f1)
  du -sx -B1 --apparent-size . >/dev/null
  inodes=$(du -sx --inodes . | cut -f1)
  boot_mib=48
  root_mib=$((allocated * 5 / 4 / MIB + inodes / 4096 + 96))
  root_start=$(((1 + boot_mib) * MIB))
  disk=$dir/disk.raw
  truncate -s $(((2 + boot_mib + root_mib) * MIB)) "$disk"
}

fill_root() {
  features=none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg
  features=$features,sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum
  extended=offset=$root_start,hash_seed=6b7b1a0e-5cfb-8a53-9d1b-0d7f2c3e4a5b
  extended=$extended,nodiscard,assume_storage_prezeroed=1,root_owner=0:0
  mke2fs -q -F -t ext4 -O $features -b 4096 -I 256 -m 0 -L root -U 2f1c7d7e-8a44-8f0b-a1d5-3c5b7e9f1a2b \
    -N $((inodes * 5 / 4 + 64)) -J size=32 -E $extended -d . "$disk" $((root_mib * 1024))k
  last=$((10 + inodes))
  {
    seq -f "sif <%.0f> atime @$DISK_TIME" 11 $last
    seq -f "sif <%.0f> ctime @$DISK_TIME" 11 $last
  } | debugfs -w -f - "$disk?offset=$root_start" >/dev/null 2>&1
}

fill_boot() {
  partitions | sfdisk -q --no-reread --no-tell-kernel --wipe never --wipe-partitions never "$disk"
  dd if=/usr/lib/syslinux/mbr/gptmbr.bin of="$disk" bs=440 count=1 conv=notrunc status=none
  boot="$disk@@$MIB"
  mformat -i "$boot" -F -c 1 -T $((boot_mib * 2048)) -H 2048 -h 255 -s 63 -N 1a2b3c4d -v BOOT ::
  syslinux --install --offset $MIB "$disk"
  for file in vmlinuz initrd.img; do mcopy -i "$boot" "./boot/$file-6.1" "::/${file%.img}"; done
  printf 'DEFAULT linux\nLABEL linux\n  LINUX /vmlinuz\n  INITRD /initrd\n' | mcopy -i "$boot" - ::/syslinux.cfg
}

partitions() {
  printf 'unit: sectors\nlabel: gpt\nlabel-id: 0c9e2b54-7d31-8e6a-b0f2-5a4c3d2e1f0a\n\n'
  printf 'start=2048, size=%d, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, attrs="LegacyBIOSBootable"\n' \
    $((boot_mib * 2048))
  printf 'start=%d, size=%d, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709\n' $((root_start / 512)) $((root_mib * 2048))
}

unpack >"$dir/log"
told context
build >>"$dir/log"
told build
image=$(sed 's/^sha256://' "$dir/image-id")
keep_root "$image" &
archive=$!
container=$(buildah from --pull-never "$image")
root=$(buildah mount "$container")
(cd "$root" && make_disk)
buildah rm "$container" >>"$dir/log"
wait $archive
told disk
sha256sum "$dir/disk.qcow2" "$dir/root.tar" >>"$dir/log"
sync "$dir/disk.qcow2" "$dir/root.tar"
told keep
