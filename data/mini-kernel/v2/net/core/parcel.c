/* Parcels: made, given up. */
#include <linux/parcel.h>

struct parcel *alloc_parcel(unsigned int size, gfp_t flags)
{
	struct parcel *parcel = kzalloc(sizeof(*parcel) + size, flags);

	if (parcel) {
		parcel->data = (u8 *)(parcel + 1);
		parcel->len = size;
	}
	return parcel;
}

void free_parcel(struct parcel *parcel)
{
	if (parcel->destructor)
		parcel->destructor(parcel);
	kfree(parcel);
}
