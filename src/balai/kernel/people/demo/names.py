"""Names that are common in each city; combined, they are nobody's."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Names:
    """The words names of a city are made of, by sex, and a share of people with one word only."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    second_men: tuple[str, ...]
    second_women: tuple[str, ...]
    one_word: float
    streets: tuple[str, ...]

    def one(self, sex: str, chance: Random) -> str:
        """A name for a man (`m`) or a woman (`f`)."""
        first = chance.choice(self.men if sex == "m" else self.women)
        if chance.random() < self.one_word:
            return first
        seconds = self.second_men if sex == "m" else self.second_women
        words = [first, chance.choice(seconds)]
        if chance.random() < 0.25:
            words.append(chance.choice(seconds))
        return " ".join(dict.fromkeys(words))


MAKASSAR = Names(
    men=("Andi", "Muhammad", "Abdul", "Syamsul", "Baso", "Arifin", "Rusdi", "Ilham", "Akbar",
         "Hasanuddin", "Zainal", "Bahar", "Irfan", "Takdir", "Fadli", "Mappa", "Sultan"),
    women=("Andi", "Sitti", "Nur", "Besse", "Rahmawati", "Hasnah", "Fatimah", "Hartati", "Aisyah",
           "Rosmini", "Nurhayati", "Mirna", "Suryani", "Indah", "Salma", "Dewi", "Kartini"),
    second_men=("Rahman", "Daeng Nai", "Daeng Sila", "Amiruddin", "Basri", "Mansyur", "Yusuf",
                "Tenri", "Saleh", "Anwar", "Jufri", "Karim", "Latif", "Hidayat", "Mustafa"),
    second_women=("Rahmah", "Daeng Bau", "Daeng Kanang", "Aminah", "Hayati", "Asia", "Tenri",
                  "Hidayah", "Jannah", "Ramlah", "Saleha", "Anwar", "Nurdin", "Basri", "Maryam"),
    one_word=0.08,
    streets=("Jalan Kakatua", "Jalan Cendrawasih", "Jalan Veteran", "Jalan Rappocini",
             "Jalan Sultan Alauddin", "Jalan Abdullah Daeng Sirua", "Jalan Nuri",
             "Jalan Bontomarannu"),
)  # fmt: skip
BANYUWANGI = Names(
    men=("Slamet", "Sugeng", "Suparman", "Agus", "Bambang", "Heru", "Joko", "Eko", "Mulyono",
         "Hadi", "Samsul", "Imam", "Kadir", "Budi", "Wahyu", "Dwi", "Sunarto", "Gatot"),
    women=("Siti", "Sri", "Endang", "Sumiati", "Ning", "Wati", "Suharti", "Lilik", "Dewi", "Rini",
           "Umi", "Tutik", "Yuni", "Ayu", "Kasiyem", "Mariyam", "Nurul", "Wulan"),
    second_men=("Santoso", "Widodo", "Hariyanto", "Prasetyo", "Purnomo", "Setiawan", "Utomo",
                "Wahyudi", "Susanto", "Riyadi", "Hidayat", "Fauzi", "Rohman", "Kurniawan"),
    second_women=("Rahayu", "Lestari", "Astutik", "Handayani", "Utami", "Wahyuni", "Hidayati",
                  "Fatmawati", "Kusumawati", "Khotimah", "Rohmah", "Safitri", "Puspitasari"),
    one_word=0.22,
    streets=("Dusun Krajan", "Dusun Sumberjo", "Dusun Kopen", "Jalan Ahmad Yani",
             "Jalan Gajah Mada",
             "Dusun Pancer", "Dusun Mangir", "Jalan Letkol Istiqlah"),
)  # fmt: skip
JAKARTA = Names(
    men=("Ahmad", "Rizky", "Budi", "Hendra", "Fajar", "Dimas", "Yohanes", "Rudi", "Andre", "Bayu",
         "Surya", "Mat", "Rojali", "Steven", "Teguh", "Arif", "Ridwan"),
    women=("Sari", "Putri", "Maya", "Dian", "Lina", "Ratna", "Yanti", "Maria", "Fitri", "Nabila",
           "Rina", "Laras", "Mpok Nur", "Grace", "Anisa", "Tika", "Wulan"),
    second_men=("Saputra", "Wijaya", "Nugroho", "Simanjuntak", "Hakim", "Firmansyah", "Gunawan",
                "Pratama", "Siregar", "Maulana", "Setiawan", "Halim", "Kusuma"),
    second_women=("Wulandari", "Lestari", "Anggraini", "Simanjuntak", "Permata", "Maharani",
                  "Puspita", "Siregar", "Oktaviani", "Ramadhani", "Halim", "Kusuma"),
    one_word=0.05,
    streets=("Jalan Kemang Timur", "Jalan Cipete Raya", "Gang Mawar", "Jalan Bangka",
             "Jalan Kalibata",
             "Gang Haji Salim", "Jalan Tebet Barat", "Jalan Raya Cilandak"),
)  # fmt: skip
BY_CITY = {"makassar": MAKASSAR, "banyuwangi": BANYUWANGI, "jakarta": JAKARTA}
