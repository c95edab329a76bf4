/* For the addon's tests: adds settings.step to memory's second 64-bit word, and returns the first 32-bit word. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

const volatile struct {
    __u64 step;
} settings SEC(".rodata.settings");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 1);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, 2 * sizeof(__u64));
} memory SEC(".maps");

SEC("socket")
int words(struct __sk_buff *skb) {
    const __u32 only = 0;
    __u64 *word = bpf_map_lookup_elem(&memory, &only);
    (void)skb;
    if (!word) return 0;
    __sync_fetch_and_add(&word[1], settings.step);
    return (int)word[0];
}
