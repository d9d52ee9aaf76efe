"""What is said of an answer that cannot be taken, in Indonesian and English."""

from __future__ import annotations

from typing import Any

SAYINGS: dict[str, dict[str, tuple[str, str]]] = {
    "unknown_field": {
        "id": ("Bukan pertanyaan layanan ini", "Hapus isian ini"),
        "en": ("This is not a question of the service", "Leave it out"),
    },
    "missing": {
        "id": ("Belum diisi", "Isi jawaban Anda"),
        "en": ("This is missing", "Give your answer"),
    },
    "not_text": {
        "id": ("Bukan teks", "Isi dengan teks biasa"),
        "en": ("This is not text", "Write plain text"),
    },
    "control": {
        "id": ("Memuat karakter yang tidak terbaca", "Ketik ulang tanpa menyalin"),
        "en": ("This has a character that cannot be read", "Type it again without pasting"),
    },
    "shortest": {
        "id": ("Terlalu pendek", "Tulis paling sedikit {limit} huruf"),
        "en": ("This is too short", "Write at least {limit} letters"),
    },
    "longest": {
        "id": ("Terlalu panjang", "Tulis paling banyak {limit} huruf"),
        "en": ("This is too long", "Write at most {limit} letters"),
    },
    "pattern": {
        "id": ("Tidak sesuai bentuk yang diminta", "Lihat contoh di bawah pertanyaan"),
        "en": ("This is not of the form asked for", "See the example below the question"),
    },
    "not_number": {
        "id": ("Bukan bilangan bulat", "Tulis angka saja, misalnya 12"),
        "en": ("This is not a whole number", "Write digits only, such as 12"),
    },
    "not_money": {
        "id": ("Bukan jumlah rupiah", "Tulis angka rupiah, misalnya 1.500.000"),
        "en": ("This is not an amount in rupiah", "Write whole rupiah, such as 1.500.000"),
    },
    "low": {
        "id": ("Terlalu kecil", "Paling sedikit {limit}"),
        "en": ("This is too small", "At least {limit}"),
    },
    "high": {
        "id": ("Terlalu besar", "Paling banyak {limit}"),
        "en": ("This is too large", "At most {limit}"),
    },
    "not_date": {
        "id": ("Bukan tanggal", "Tulis seperti 2026-11-23 atau 23-11-2026"),
        "en": ("This is not a date", "Write it like 2026-11-23 or 23-11-2026"),
    },
    "too_early": {
        "id": ("Tanggalnya terlalu awal", "Paling awal {limit}"),
        "en": ("The date is too early", "Not before {limit}"),
    },
    "too_late": {
        "id": ("Tanggalnya terlalu akhir", "Paling akhir {limit}"),
        "en": ("The date is too late", "Not after {limit}"),
    },
    "not_option": {
        "id": ("Bukan salah satu pilihan", "Pilih dari: {limit}"),
        "en": ("This is none of the choices", "Choose from: {limit}"),
    },
    "twice": {
        "id": ("Satu pilihan disebut dua kali", "Sebut setiap pilihan sekali"),
        "en": ("A choice is named twice", "Name each choice once"),
    },
    "few": {
        "id": ("Pilihan terlalu sedikit", "Pilih paling sedikit {limit}"),
        "en": ("Too few choices", "Choose at least {limit}"),
    },
    "many": {
        "id": ("Pilihan terlalu banyak", "Pilih paling banyak {limit}"),
        "en": ("Too many choices", "Choose at most {limit}"),
    },
    "not_yes_no": {
        "id": ("Bukan ya atau tidak", "Pilih ya atau tidak"),
        "en": ("This is neither yes nor no", "Choose yes or no"),
    },
    "not_region": {
        "id": ("Bukan kode wilayah", "Pilih wilayah dari daftar, misalnya 35.10.19.2004"),
        "en": ("This is not a region's code", "Choose a region, such as 35.10.19.2004"),
    },
    "not_person": {
        "id": ("Bukan NIK atau pengenal penduduk", "Tulis 16 angka NIK"),
        "en": ("This is no NIK nor a resident's identifier", "Write the 16 digits of the NIK"),
    },
    "not_phone": {
        "id": ("Bukan nomor telepon", "Tulis seperti 0812 3456 7890"),
        "en": ("This is not a telephone number", "Write it like 0812 3456 7890"),
    },
    "not_email": {
        "id": ("Bukan alamat surel", "Tulis seperti nama@contoh.id"),
        "en": ("This is not an e-mail address", "Write it like name@example.id"),
    },
    "not_file": {
        "id": ("Berkas belum diterima", "Unggah berkasnya lagi"),
        "en": ("The file has not arrived", "Upload the file again"),
    },
}


def said(code: str, language: str, **details: Any) -> tuple[str, str]:
    """Problem and mend in a language (English where it is not known)."""
    sayings = SAYINGS[code]
    problem, remedy = sayings.get(language, sayings["en"])
    return problem, remedy.format(**details)
